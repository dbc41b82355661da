"""How often a household is called on, from all sides."""

from dataclasses import dataclass

import pytest

from verify.calls import Close, Month, by_month, close

TZ = "Asia/Shanghai"


@dataclass(frozen=True)
class Line:
    at: str | None
    by: str
    outcome: str | None = "met"


def on(day: str, by: str, outcome: str | None = "met") -> Line:
    return Line(f"{day}T04:00:00.000Z", by, outcome)


def test_visits_are_counted_by_local_month_from_all_sides() -> None:
    late = Line("2026-09-30T17:00:00.000Z", "王秀")  # the first of October in Shanghai
    calls = [on("2026-10-20", "李敏"), on("2026-10-03", "王秀"), late, on("2026-08-02", "王秀")]
    assert by_month(calls, TZ) == (Month("2026-10", 3, 2), Month("2026-08", 1, 1))


@pytest.mark.parametrize("outcome", [None, "nobody_home"])
def test_an_office_entry_and_a_shut_house_are_no_visit(outcome: str | None) -> None:
    calls = [on("2026-10-20", "李敏", outcome), on("2026-10-19", "王秀")]
    assert by_month(calls, TZ) == (Month("2026-10", 1, 1),)
    assert close(calls) == ()


def test_a_second_visitor_within_the_week_is_pointed_out() -> None:
    calls = [on("2026-10-10", "李敏"), on("2026-10-03", "王秀")]
    assert close(calls) == (Close("2026-10-10T04:00:00.000Z", "李敏", "王秀", 7),)
    assert close(calls, days=6) == ()


def test_the_same_person_again_is_no_second_visitor() -> None:
    assert close([on("2026-10-04", "王秀"), on("2026-10-03", "王秀")]) == ()


def test_a_refusal_and_a_call_count_and_a_visit_without_a_time_does_not() -> None:
    calls = [
        on("2026-10-05", "李敏", "phone"),
        on("2026-10-04", "王秀", "refused"),
        Line(None, "x"),
    ]
    assert by_month(calls, TZ) == (Month("2026-10", 2, 2),)
    assert len(close(calls)) == 1
