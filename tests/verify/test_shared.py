"""R-02, R-08, R-09: one value in several households, on both sides of each limit."""

import pytest

from verify.checks import same_id, shared_account, shared_phone
from verify.checks.shared import Holder, Told

EAST, WEST = "999901100201", "999901100202"
PATH = "people/members[aaaaaaaa]/id_number"


def holders(*units: str, village: str = WEST, left: bool = False) -> list[Holder]:
    return [Holder(unit, village, left) for unit in units]


def test_an_id_number_of_one_household_is_as_it_should_be() -> None:
    assert same_id.check([Told(PATH, ())], EAST).found == ()


def test_an_id_number_of_two_households_is_told_to_the_office_and_names_nobody() -> None:
    [found] = same_id.check([Told(PATH, holders("u2", "u2"))], EAST).found
    assert (found.rule, found.path) == ("R-02", PATH)
    assert found.numbers == {"count": 2, "limit": 1, "level": "S", "units": ["u2"]}
    assert "本县另一个村的一户" in found.zh and "another village" in found.en
    assert "u2" not in found.zh + found.en


def test_a_household_of_the_same_village_is_called_one() -> None:
    [found] = same_id.check([Told(PATH, holders("u2", village=EAST))], EAST).found
    assert "本村另一户" in found.zh and "of the village" in found.en


@pytest.mark.parametrize("here", [True, False])
def test_who_left_one_side_has_moved_and_is_no_finding(here: bool) -> None:
    told = Told(PATH, holders("u2", left=not here), left=here)
    assert same_id.check([told], EAST).found == ()


@pytest.mark.parametrize(("others", "count"), [(2, 0), (3, 1)])
def test_three_households_may_share_a_phone(others: int, count: int) -> None:
    phone = Told("people/phone", holders(*(f"u{i}" for i in range(others))))
    found = shared_phone.check(phone, 3).found
    assert len(found) == count
    assert all(f.numbers == {"count": 4, "limit": 3} for f in found)


def test_how_many_is_the_countys_to_say() -> None:
    phone = Told("people/phone", holders("u1"))
    assert not shared_phone.check(phone, 2).found and shared_phone.check(phone, 1).found


def test_two_members_of_one_other_household_are_one_household() -> None:
    assert shared_phone.check(Told("people/phone", holders("u1", "u1", "u1"))).found == ()


def test_an_account_of_two_households_is_told_to_the_office() -> None:
    assert shared_account.check(Told("income/bank_account", ())).found == ()
    [found] = shared_account.check(Told("income/bank_account", holders("u1", "u2"))).found
    assert found.rule == "R-09" and found.numbers["count"] == 3 and found.numbers["level"] == "S"
