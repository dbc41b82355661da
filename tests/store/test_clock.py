"""Times and ids: text that sorts as it reads."""

import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import clock, ids
from tests.kit import chance

assert chance
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC))


@given(moments, moments)
def test_moments_sort_as_text(one: datetime, other: datetime) -> None:
    texts = clock.text(one), clock.text(other)
    assert all(len(text) == 24 for text in texts)
    if abs((one - other).total_seconds()) >= 0.001:
        assert (texts[0] < texts[1]) == (one < other)


@given(moments)
def test_a_moment_read_back_is_the_same_to_the_millisecond(moment: datetime) -> None:
    text = clock.text(moment)
    assert clock.text(clock.parse(text)) == text
    assert abs((clock.parse(text) - moment).total_seconds()) < 0.001


@pytest.mark.parametrize("text", ["", "x", "2026-13-01", "2026-11-24T25:00", "12:00", "1e9"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        clock.parse(text)


def test_zones_are_turned_into_utc_and_days_are_local() -> None:
    assert clock.text(clock.parse("2026-11-24T07:30:00+08:00")) == "2026-11-23T23:30:00.000Z"
    assert clock.local_day("2026-11-23T23:30:00.000Z", "Asia/Shanghai") == date(2026, 11, 24)
    assert clock.local_text("2026-11-23T23:30:00.000Z", "Asia/Shanghai") == "2026-11-24 07:30"


def test_spans_reach_both_ways() -> None:
    start = "2026-11-24T00:00:00.000Z"
    assert clock.after(start, minutes=15) == "2026-11-24T00:15:00.000Z"
    assert clock.after(start, days=-1) == "2026-11-23T00:00:00.000Z"
    assert clock.seconds_between(start, clock.after(start, seconds=1.5)) == 1.5


def test_new_ids_are_version_7_and_never_repeat() -> None:
    made = [ids.new() for _ in range(500)]
    assert len(set(made)) == 500
    assert all(ids.is_uuid(one) and one[14] == "7" and one[19] in "89ab" for one in made)


def test_derived_ids_depend_on_every_part() -> None:
    assert ids.derived("a", "b") == ids.derived("a", "b")
    for parts in (("a", "b"), ("王秀",), tuple(ids.new() for _ in range(20))):
        assert ids.derived(*parts) == str(uuid.uuid5(ids._SPACE, "\x1f".join(parts)))
    assert len({ids.derived("a", "b"), ids.derived("ab"), ids.derived("b", "a")}) == 3
    for strange in ("X", None, 5, ids.new().upper(), ids.new() + "\n", f"{{{ids.new()}}}"):
        assert not ids.is_uuid(strange)
    assert ids.is_row("ab12cd34") and not any(
        map(ids.is_row, ("ab12cd3", "AB12CD34", None, "a" * 9))
    )
