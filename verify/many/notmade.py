"""D28 a household that was asked again does not remember the visit.

Looks at the back-checks that were drawn and filled in, on a phone or in the console: their
`about/came` is yes, no or unsure. Memory fades: asked later than the limit it says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock
from store.backchecks import Pick
from store.records import Record
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import to_check
from verify.many.check import Many, Told

CAME = "about/came"


@dataclass(frozen=True)
class NotMade(Limits):
    NAME: ClassVar[str] = "asked_again"
    days: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a household said of one visit, so many days later."""

    visit: str
    came: str
    days: float


def read(db: Session, township_id: str, asof: datetime) -> tuple[Reply, ...]:
    """Of a visit asked about twice the later reply."""
    made = {visit.id: visit for visit in township.read(db, township_id, asof).visits}
    query = (
        select(Pick.rec, Record.captured_at, Record.doc)
        .join(Record, Record.id == Pick.submission)
        .where(Record.area.in_(township.villages_of(db, township_id)), Record.deleted.is_(False))
        .where(Record.captured_at <= clock.text(asof))
        .order_by(Record.captured_at, Record.id)
    )
    found: dict[str, Reply] = {}
    for rec, at, doc in db.execute(query):
        if rec in made and at is not None:
            days = (clock.parse(at) - made[rec].ended).total_seconds() / 86400
            found[rec] = Reply(rec, str(orjson.loads(doc)["set"].get(CAME) or ""), days)
    return tuple(found.values())


def judge(replies: Sequence[Reply], figures: Mapping[str, Any]) -> Told:
    limits = NotMade.of(figures)
    return [
        (
            reply.visit,
            to_check(
                "D28",
                0.7,
                f"回访时（{reply.days:.0f} 天后）家人说没有人来过。"
                "可能是别的家人见的、记不清了，请说明当时见了谁",
                f"Asked again {reply.days:.0f} days later the household said that nobody came. "
                "Perhaps somebody else was met, or it was forgotten; please say who was met",
                "",
                {"days": round(reply.days, 1), "limit": limits.days},
            ),
        )
        for reply in replies
        if reply.came == "no" and 0 <= reply.days <= limits.days
    ]


ABOUT = Check(
    "D28",
    "回访时家人说没有人来过",
    "Asked again, the household says nobody came",
    "回访表（back_check）里家人的回答",
    "The household's reply in the form back_check",
    "超过 60 天才问的不算；“记不清”不算；可能见的是别的家人",
    "Not later than 60 days; “not sure” is no finding; somebody else may have been met",
    "blind re-ask",
    (NotMade.NAME,),
    Figure(
        "多少天以内的回访才算", "Within how many days asking again counts", {"days": ("天", "days")}
    ),
)
CHECK = Many("D28", read, judge, ABOUT)
