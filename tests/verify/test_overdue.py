"""Photos that stay away are asked for after a week, and no longer once they come."""

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import clock, parameters
from store.db import begin_write
from store.findings import Finding
from store.records import Revision
from tests.kit import ops
from tests.kit.cast import Cast
from tests.verify.acts import accept, complete, edited, found, stored, told, visited
from verify import overdue

Sessions = sessionmaker[Session]
ONE, TWO = "aa" * 32, "bb" * 32


def pictured(sessions: Sessions, cast: Cast) -> str:
    front, checked = ops.photo(ONE), ops.photo(TWO)
    return visited(sessions, cast, evidence__photo_front=front, evidence__photo_checked=checked)


def ask(sessions: Sessions, days: float) -> list[str]:
    """One round, so many days from now."""
    now = clock.after(clock.now(), days=days)
    with sessions() as session:
        begin_write(session)
        asked = overdue.write(session, overdue.overdue(session, now), now)
        session.commit()
        return asked


def test_photos_are_asked_for_after_a_week_and_not_before(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    assert ask(sessions, 6.9) == [] and found(sessions, rec) == []
    stored(sessions, ONE, None)
    assert ask(sessions, 8.1) == [rec]
    assert found(sessions, rec) == [("P-LATE", "")] and told(sessions, rec) == ["P-LATE"]
    with sessions() as session:
        [row] = session.scalars(select(Finding))
        assert orjson.loads(row.numbers) == {"missing": 1, "expected": 2, "days": 8}
        assert "照片还没有到" in row.text_zh and "photos have not arrived yet" in row.text_en


def test_a_second_round_asks_nobody_again(sessions: Sessions, cast: Cast) -> None:
    pictured(sessions, cast)
    assert len(ask(sessions, 8)) == 1 and ask(sessions, 9) == []
    with sessions() as session:
        assert len(session.scalars(select(Finding)).all()) == 1


def test_the_finding_goes_when_the_photos_come(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    ask(sessions, 8)
    for sha in (ONE, TWO):
        stored(sessions, sha, None)
    complete(sessions, cast, rec)
    assert "P-LATE" not in told(sessions, rec)
    assert ask(sessions, 30) == []


def test_judging_the_answers_again_does_not_forget_the_photos(
    sessions: Sessions, cast: Cast
) -> None:
    rec = pictured(sessions, cast)
    ask(sessions, 8)
    accept(sessions, cast, rec, edited(sessions, cast, rec, 1, income__wage=5))
    assert "P-LATE" in told(sessions, rec)


def test_photos_that_came_between_looking_and_writing_are_not_asked_for(
    sessions: Sessions, cast: Cast
) -> None:
    rec = pictured(sessions, cast)
    now = clock.after(clock.now(), days=8)
    with sessions() as session:
        assert overdue.overdue(session, now) == [rec]
    for sha in (ONE, TWO):
        stored(sessions, sha, None)
    with sessions() as session:
        begin_write(session)
        assert overdue.write(session, [rec], now) == []
        session.commit()
    assert found(sessions, rec) == []


def test_a_week_begins_with_the_last_change(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    edited(sessions, cast, rec, 1, income__wage=5)
    with sessions() as session:
        begin_write(session)
        first = session.scalars(select(Revision).where(Revision.rec == rec, Revision.version == 1))
        first.one().received_at = clock.after(clock.now(), days=-20)
        session.commit()
    assert ask(sessions, 0) == [] and ask(sessions, 8) == [rec]


def test_a_visit_without_photos_is_never_overdue(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    assert ask(sessions, 100) == []


def test_how_long_is_a_parameter(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    with sessions() as session:
        begin_write(session)
        parameters.put(session, "photo_overdue_days", "2026-01-01", 2, {"en": "test"})
        session.commit()
    assert ask(sessions, 3) == [rec]
