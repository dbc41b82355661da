"""The cadre's answer to a finding: a small form that travels by sync, or words in the console.

The form `finding_reply` names the visit, the rule and the place; a photo may come with it. Its
submission is kept like every other one. The answer never changes the visit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, ids, status
from store.bulk import keep_first, put_all
from store.errors import Forbidden, Invalid
from store.findings import find_open
from store.records import Record, RecordType
from store.units import Assignment
from store.verdicts import FindingReply

FORM = "finding_reply"
VISIT, RULE, PATH, WORDS, PHOTO = (
    f"reply/{name}" for name in ("visit", "rule", "path", "words", "photo")
)
MAX_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """A filled answer, as its submission holds it."""

    id: str
    unit: str
    values: dict[str, Any]


def take(session: Session, sent: Sequence[Sent]) -> list[str]:
    """Keep the answers that speak of a visit of their own household; the visits they speak of.

    Twice is once. What names no such visit stays a submission and is attached to nothing.
    """
    recs = {str(one.values.get(VISIT)) for one in sent}
    query = select(Record).where(Record.id.in_(recs), Record.type == RecordType.SUBMISSION.value)
    visits = {row.id: row for row in session.scalars(query)}
    carriers = _carriers(session, [one.id for one in sent])
    rows = [
        row for one in sent
        if (row := _row(one, visits.get(str(one.values.get(VISIT))), carriers.get(one.id)))
    ]  # fmt: skip
    if rows:
        put_all(session, FindingReply, rows, keep_first)
    told = sorted({row["rec"] for row in rows})
    _tell(session, told)
    return told


def _row(one: Sent, visit: Record | None, carrier: Record | None) -> dict[str, Any] | None:
    words = str(one.values.get(WORDS) or "").replace("\x00", "").strip()
    photo = one.values.get(PHOTO)
    sha = photo.get("sha256") if isinstance(photo, dict) else None
    if visit is None or carrier is None or visit.unit != one.unit or not (words or sha):
        return None
    return {
        "id": one.id,
        "rec": visit.id,
        "rule": str(one.values.get(RULE) or "")[:64],
        "path": str(one.values.get(PATH) or "")[:300],
        "words": words[:MAX_WORDS],
        "photo": sha,
        "by": carrier.author or "",
        "at": carrier.received_at or "",
    }


def _carriers(session: Session, recs: Iterable[str]) -> dict[str, Record]:
    return {row.id: row for row in session.scalars(select(Record).where(Record.id.in_(recs)))}


def write(session: Session, who: str, ident: str, words: str, now: str) -> None:
    """Words from the console. Raises NotFound, Invalid, Forbidden for who has not the visit."""
    row = find_open(session, ident)
    told = words.strip()
    if not told or len(told) > MAX_WORDS:
        raise Invalid("an answer has words", words=f"1 to {MAX_WORDS} characters")
    [visit] = status.lock(session, [row.rec])
    if not may(session, who, visit):
        raise Forbidden("whoever has the household answers")
    reply = FindingReply(id=ids.new(), rec=row.rec, rule=row.rule, path=row.path)
    reply.words, reply.photo, reply.by, reply.at = told, None, who, now
    session.add(reply)
    audit.write(session, who, "finding.answered", row.rec, rule=row.rule, path=row.path)
    _tell(session, [row.rec])


def may(session: Session, who: str, visit: Record) -> bool:
    """Who made the visit, or is paired with the household now."""
    paired = select(Assignment.user_id).where(
        Assignment.unit == visit.unit, Assignment.ended_seq.is_(None)
    )
    return visit.author == who or who in set(session.scalars(paired))


def _tell(session: Session, recs: Sequence[str]) -> None:
    """The phone hears that its answer is there."""
    if recs:
        status.lock(session, recs)
        session.flush()
        status.refresh(session, recs)
