"""A draw from its commitment to the comparison, on both kinds of database."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import clock, ids
from store.audit import AuditEntry
from store.backchecks import Draw, Pick
from store.db import begin_write
from store.errors import Invalid
from tests.kit import ops
from tests.kit.cast import TOWNSHIP, Cast
from tests.kit.syncing import send
from tests.verify.acts import TZ, visited
from verify import backchecks, drawing

Sessions = sessionmaker[Session]


def day(offset: float) -> str:
    return clock.local_day(clock.after(clock.now(), days=offset), TZ).isoformat()


def committed(sessions: Sessions, cast: Cast, size: int = 10, reveal: float = 1) -> str:
    days = (day(-1), day(0), day(reveal))
    with sessions() as session:
        begin_write(session)
        draw = backchecks.plan(session, cast.users["dora"], TOWNSHIP, days, size, TZ)
        session.commit()
        return draw.id


def drawn(sessions: Sessions, later: float = 1) -> list[Pick]:
    """What is drawn so many days from now."""
    now = clock.after(clock.now(), days=later)
    with sessions() as session:
        begin_write(session)
        for draw in backchecks.due(session, now, TZ):
            backchecks.make(session, draw, now)
        session.commit()
        return list(session.scalars(select(Pick).order_by(Pick.rec)))


def acts(sessions: Sessions, act: str) -> list[dict[str, Any]]:
    with sessions() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.act == act))
        return [orjson.loads(row.detail) for row in rows]


def test_the_hash_stands_in_the_log_before_anything_is_drawn(
    sessions: Sessions, cast: Cast
) -> None:
    recs = {visited(sessions, cast) for _ in range(3)}
    recs |= {visited(sessions, cast, "charlie", cast.other_unit, door__outcome="nobody_home")}
    draw = committed(sessions, cast)
    [told] = acts(sessions, "backcheck.committed")
    with sessions() as session:
        row = session.get_one(Draw, draw)
        assert told["seed_sha256"] == drawing.digest(row.seed) == row.seed_sha256
        assert told["frame_sha256"] == drawing.digest(row.frame) and row.seed not in str(told)
        assert {line.rec for line in drawing.frame_of(row.frame)} == recs
        assert not any(user in row.frame for user in cast.users.values())
    assert drawn(sessions, 0.0) == []  # hidden until the day
    picks = drawn(sessions)
    assert {p.rec for p in picks} == recs
    [shown] = acts(sessions, "backcheck.drawn")
    with sessions() as session:
        frame = drawing.frame_of(session.get_one(Draw, draw).frame)
        again = {(d.rec, d.way) for d in drawing.draw(shown["seed"], frame, 10)}
    assert again == {(p.rec, p.way) for p in picks}
    assert len(drawn(sessions, 2)) == len(picks)  # a day's draw is made once
    assert len(acts(sessions, "backcheck.drawn")) == 1


def test_nobody_of_the_village_and_no_visitor_asks_again(sessions: Sessions, cast: Cast) -> None:
    mine, doras = visited(sessions, cast), visited(sessions, cast, "dora")
    committed(sessions, cast)
    given = {pick.rec: pick.checker for pick in drawn(sessions)}
    assert given == {mine: cast.users["dora"], doras: None}


@pytest.mark.parametrize(
    ("days", "size"),
    [
        (("2026-10-01", "2026-09-01", "2099-01-01"), 5),
        (("2026-10-01", "2026-10-31", "2026-10-30"), 5),
        (("x", "2026-10-31", "2099-01-01"), 5),
        (("2000-01-01", "2000-01-31", "2099-01-01"), 5),
        (("2026-10-01", "2099-10-31", "2099-11-01"), 0),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    sessions: Sessions, cast: Cast, days: tuple[str, str, str], size: int
) -> None:
    visited(sessions, cast)
    with sessions() as session:
        begin_write(session)
        with pytest.raises(Invalid):
            backchecks.plan(session, cast.users["dora"], TOWNSHIP, days, size, TZ)


def test_both_answers_meet_by_the_name_of_the_question(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, income__wage=30000, living__water_source="tap", people__phone="x")
    committed(sessions, cast)
    drawn(sessions)
    second = ops.op(
        ids.new(), form="back_check", form_v="2026.1",
        values={
            "household": cast.unit, "door/found": "met", "t3/wage": 20000,
            "t2/water_source": "tap", "t2/staple": "yes",
        },
    )  # fmt: skip
    send(sessions, cast, "dora", second)
    with sessions() as session:
        begin_write(session)
        for _ in range(2):  # twice is once
            backchecks.received(session, [(second["rec"], cast.unit, "")], clock.now())
        session.commit()
        [pick] = session.scalars(select(Pick))
        assert (pick.rec, pick.submission) == (rec, second["rec"])
        found = backchecks.pairs(session, [pick.draw])
        told = {p.question: (p.kind, p.first, p.second) for p in found}
    assert told == {"wage": ("t3", 30000, 20000), "water_source": ("t2", "tap", "tap")}
