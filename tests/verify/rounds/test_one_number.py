"""R-02 over a township: both households hear of it, whichever came first."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from tests.kit.cast import TOWNSHIP, Cast
from tests.verify.across.test_family import ID, neighbours, person
from tests.verify.acts import visited
from verify.finding import Found
from verify.rounds import one_number

Sessions = sessionmaker[Session]
NOW = datetime(2026, 10, 20, 2, tzinfo=ZoneInfo("Asia/Shanghai"))


def told(sessions: Sessions) -> dict[str, Found]:
    with sessions() as session:
        read = one_number.read(session, TOWNSHIP, NOW)
    return dict(one_number.judge(read, {}))


def registered(sessions: Sessions, cast: Cast, **more: Any) -> None:
    visited(sessions, cast, rows=person())
    visited(sessions, cast, "charlie", cast.other_unit, rows=person(**more))


def test_both_households_are_told(sessions: Sessions, cast: Cast) -> None:
    registered(sessions, cast)
    found = told(sessions)
    assert set(found) == {cast.unit, cast.other_unit}
    assert found[cast.unit].numbers["units"] == [cast.other_unit]
    assert ID not in str(found) and "本县另一个村的一户" in found[cast.unit].zh


def test_of_a_village_another_household_is_called_one(sessions: Sessions, cast: Cast) -> None:
    [near] = neighbours(sessions, cast, 1)
    for unit in (cast.unit, near):
        visited(sessions, cast, unit=unit, rows=person())
    assert all("本村另一户" in found.zh for found in told(sessions).values())


def test_who_left_one_side_is_told_to_nobody(sessions: Sessions, cast: Cast) -> None:
    registered(sessions, cast, change="moved_out", changed_on="2026-01-05")
    assert told(sessions) == {}


def test_a_number_that_stands_once_is_no_matter(sessions: Sessions, cast: Cast) -> None:
    registered(sessions, cast, id_number="110101195005020013")
    assert told(sessions) == {}
