"""R-07: nobody is met after the day on which they died."""

from datetime import date

import pytest

from verify.checks.after_death import Meeting, Person, check

DIED = date(2026, 3, 1)
HEAD = Person("王福", True, DIED)


def met(day: int, head: bool = True, name: str = "", path: str = "people/met_who") -> Meeting:
    return Meeting(date(2026, 3, day), head, name, path)


@pytest.mark.parametrize(("day", "count"), [(1, 0), (2, 1)])
def test_only_a_later_day_is_asked_about(day: int, count: int) -> None:
    found = check([HEAD], [met(day)]).found
    assert len(found) == count
    assert all(f.numbers == {"died_on": "2026-03-01", "met_on": "2026-03-02"} for f in found)


def test_a_new_head_may_be_met() -> None:
    assert check([HEAD, Person("王有", True, None)], [met(9)]).found == ()


def test_somebody_who_was_not_the_head_is_known_by_name() -> None:
    people = [Person("李秀", False, DIED), Person("王有", True, None)]
    assert check(people, [met(9)]).found == ()
    [found] = check(people, [met(9, False, " 李秀 ", "people/met_name")]).found
    assert found.path == "people/met_name" and "李秀" not in found.zh + found.en


def test_a_living_person_of_the_same_name_may_be_met() -> None:
    people = [Person("李秀", False, DIED), Person("李秀", False, None)]
    assert check(people, [met(9, False, "李秀")]).found == ()


def test_an_earlier_visit_is_told_once_and_the_visits_own_meeting_first() -> None:
    [earlier] = check([HEAD], [met(5, path=""), met(7, path="")]).found
    assert earlier.path == "" and earlier.numbers["met_on"] == "2026-03-05"
    [own] = check([HEAD], [met(5, path=""), met(7)]).found
    assert own.path == "people/met_who" and own.numbers["met_on"] == "2026-03-07"


def test_an_unknown_day_of_death_is_not_looked_at() -> None:
    assert check([Person("王福", True, None)], [met(9)]).found == ()
