"""R-44: old people registered alone; what ties households together, and what does not."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.kit.cast import EAST, TOWNSHIP, Cast
from tests.verify.across.test_family import ACCOUNT, PHONE, neighbours
from tests.verify.acts import visited
from verify.rounds import elders_alone
from verify.rounds.elders_alone import judge
from verify.rounds.households import Household

Sessions = sessionmaker[Session]
DAY = date(2026, 10, 20)
ELDERS = Household("e", EAST, DAY, "r-e", (date(1950, 1, 1), date(1953, 1, 1)),
                   frozenset({"p"}), "三组 5 号", frozenset())  # fmt: skip
CHILDREN = Household("c", EAST, DAY, "r-c", (date(1978, 1, 1), date(2010, 1, 1)),
                     frozenset({"p"}), "", frozenset({"car"}))  # fmt: skip


def told(*others: Household, elders: Household = ELDERS, **limits: Any) -> list[str]:
    return [rec for rec, _ in judge([elders, *others], limits)]


def test_old_people_alone_beside_their_childrens_assets_are_asked_about() -> None:
    [(rec, found)] = judge([ELDERS, CHILDREN], {})
    assert (rec, found.rule) == ("r-e", "R-44")
    assert found.numbers == {"limit": 60, "level": "S", "units": ["c"]}


@pytest.mark.parametrize(
    "changed",
    [
        {"village": "west"},
        {"assets": frozenset()},
        {"assets": frozenset({"none"})},
        {"digests": frozenset({"q"})},
        {"births": (date(1949, 1, 1),)},
        {"births": (date(2001, 1, 1),)},
        {"births": (None,)},
    ],
)
def test_a_household_without_a_tie_assets_or_age_is_not_theirs(changed: dict[str, Any]) -> None:
    assert told(replace(CHILDREN, **changed)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"births": (date(1950, 1, 1), date(1990, 1, 1))},
        {"births": (date(1950, 1, 1), None)},
        {"births": ()},
        {"rec": None},
    ],
)
def test_only_who_is_known_to_be_old_and_was_visited_is_alone(changed: dict[str, Any]) -> None:
    assert told(CHILDREN, elders=replace(ELDERS, **changed)) == []


def test_a_phone_of_many_ties_nobody() -> None:
    more = [replace(CHILDREN, unit=f"x{i}", assets=frozenset()) for i in range(2)]
    assert told(CHILDREN, more[0]) == ["r-e"] and told(CHILDREN, *more) == []


def test_an_address_ties_two_households_and_no_more() -> None:
    near = replace(CHILDREN, digests=frozenset(), address=ELDERS.address)
    third = replace(near, unit="x", assets=frozenset())
    assert told(near) == ["r-e"] and told(near, third) == []


def test_from_which_age_is_the_countys() -> None:
    assert told(CHILDREN, elder_age=75) == []


def test_the_register_is_read_with_keyed_indexes_only(sessions: Sessions, cast: Cast) -> None:
    [other] = neighbours(sessions, cast, 1)
    old = {"people/members": {
        "aaaaaaaa": {"full_name": "王福", "birth": "1950-01-01"},
        "bbbbbbbb": {"full_name": "王有", "birth": "1980-01-01", "change": "moved_out"},
    }}  # fmt: skip
    young = {"people/members": {"aaaaaaaa": {"full_name": "王有", "birth": "1980-01-01"}}}
    rec = visited(sessions, cast, rows=old, people__phone=PHONE,
                  people__registered_address=" 三组 5 号 ", at="2026-09-01T04:00:00Z")  # fmt: skip
    visited(sessions, cast, unit=other, rows=young, people__phone=PHONE,
            income__bank_account=ACCOUNT, at="2026-09-01T04:00:00Z")  # fmt: skip
    with sessions() as session:
        asof = datetime(2026, 10, 20, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
        read = {h.unit: h for h in elders_alone.read(session, TOWNSHIP, asof)}
    elders, children = read[cast.unit], read[other]
    assert (elders.rec, elders.births, elders.address) == (rec, (date(1950, 1, 1),), "三组 5 号")
    assert elders.digests < children.digests and len(children.digests) == 2
    assert PHONE not in str(read)
    assert told(replace(children, assets=frozenset({"shop"})), elders=elders) == [rec]
