"""A place where the village meets is no wrong place; one person's desk is no such place."""

from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from store.db import begin_write
from tests.kit.cast import EAST, Cast, place
from tests.verify.acts import accept, approved, fix, found, notes, visited
from tests.verify.test_geo import HOUSE, moved
from verify import company

Sessions = sessionmaker[Session]
HALL = moved(HOUSE, 2000, 0)


def judged(sessions: Sessions, cast: Cast, **values: Any) -> list[str]:
    """The place rules of Alice's visit with a fix at the hall."""
    rec = visited(sessions, cast, fix=fix(HALL), **values)
    accept(sessions, cast, rec)
    told = [rule for rule, _ in found(sessions, rec) if rule in ("D08", "D09")]
    assert told or "碰面" in notes(sessions, rec, "place")[0]
    return told


def others(sessions: Sessions, cast: Cast, *names: str) -> None:
    """Visits of these people to another household of the village, at the hall."""
    for name in names:
        near = fix(moved(HALL, 30, 10))
        visited(sessions, cast, name, unit=elsewhere(sessions, cast), fix=near)


def elsewhere(sessions: Sessions, cast: Cast) -> str:
    with sessions() as session:
        begin_write(session)
        unit = place(session, EAST, cast.users["alice"])
        session.commit()
        return unit


def test_where_three_others_met_is_a_meeting_place(sessions: Sessions, cast: Cast) -> None:
    approved(sessions, cast, cast.unit)
    others(sessions, cast, "bob", "vera")
    assert judged(sessions, cast) == ["D08"]
    others(sessions, cast, "dora")
    assert judged(sessions, cast) == []


def test_many_visits_of_one_person_make_no_meeting_place(sessions: Sessions, cast: Cast) -> None:
    approved(sessions, cast, cast.unit)
    others(sessions, cast, "alice", "alice", "alice", "bob", "bob")
    assert judged(sessions, cast) == ["D08"]
    assert company.PEOPLE == 3


def test_a_conference_is_one(sessions: Sessions, cast: Cast) -> None:
    approved(sessions, cast, cast.unit)
    assert judged(sessions, cast, door__purpose=["verify", "study"]) == []
    assert judged(sessions, cast, door__purpose=["policy"]) == []
    assert judged(sessions, cast, door__purpose=["policy", "verify"]) == ["D08"]
    assert judged(sessions, cast, door__purpose=["verify"]) == ["D08"]
