"""D03 and D29 with worked figures, on both sides of each limit."""

from datetime import UTC, datetime, timedelta

import pytest

from verify.checks.moment import Limits, Taken, check_clock, check_photos
from verify.finding import Judgement

TZ = "Asia/Shanghai"
VISIT = datetime(2026, 10, 18, 1, 30, tzinfo=UTC)
LIMITS = Limits()


def judged(*times: str | None) -> Judgement:
    taken = [Taken(f"evidence/photo_{n}", told) for n, told in enumerate(times)]
    return check_photos(taken, VISIT, TZ, LIMITS)


def test_a_photo_of_the_visit_is_no_finding() -> None:
    assert judged("2026-10-18T09:30:00", "2026-10-18T09:35:00+08:00") == Judgement()


def test_a_time_without_an_offset_is_local_time_of_the_office() -> None:
    assert judged("2026-10-17T09:31:00").found == ()
    assert len(judged("2026-10-17T09:29:00").found) == 1
    assert len(judged("2026-10-17T01:31:00").found) == 1


def test_a_times_own_offset_counts() -> None:
    assert judged("2026-10-17T01:31:00+00:00").found == ()
    assert len(judged("2026-10-17T01:29:00+00:00").found) == 1


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("2026-10-17T09:30:00", 0),
        ("2026-10-17T09:29:59", 1),
        ("2026-10-19T09:30:00", 0),
        ("2026-10-19T09:30:01", 1),
    ],
)
def test_a_day_is_the_limit_before_and_after(told: str, found: int) -> None:
    assert len(judged(told).found) == found


def test_an_old_photo_carries_its_figures() -> None:
    [found] = judged("2026-10-18T09:30:00", "2026-10-11T09:30:00").found
    assert (found.rule, found.path) == ("D03", "evidence/photo_1")
    assert found.numbers == {"minutes": 10080.0, "limit_minutes": 1440.0}
    assert "168 小时" in found.zh and "168 hours" in found.en


@pytest.mark.parametrize("told", [None, "", "no time", "2026-99-99T00:00:00", "0000"])
def test_a_photo_without_a_time_is_a_note_and_no_finding(told: str | None) -> None:
    answer = judged(told, told)
    assert answer.found == () and [n.rule for n in answer.notes] == ["D03"]


@pytest.mark.parametrize(
    ("offset", "found"), [(None, 0), (0.0, 0), (300.0, 0), (-300.0, 0), (300.1, 1), (-300.1, 1)]
)
def test_a_clock_is_told_to_be_off_beyond_five_minutes(offset: float | None, found: int) -> None:
    assert len(check_clock(offset, LIMITS).found) == found


def test_a_clock_that_is_off_carries_its_figures() -> None:
    [found] = check_clock(-timedelta(hours=2).total_seconds(), LIMITS).found
    assert found.rule == "D29" and found.score == 0.05
    assert found.numbers == {"offset_s": -7200.0, "limit_s": 300.0}
    assert "120 分钟" in found.zh and "120 minutes" in found.en


def test_the_limits_are_parameters() -> None:
    old = [Taken("p", "2026-10-18T09:00:00")]
    assert check_photos(old, VISIT, TZ, Limits(photo_minutes=29)).found
    assert not check_photos(old, VISIT, TZ, Limits(photo_minutes=30)).found
    assert check_clock(61, Limits(clock_seconds=60)).found


def test_the_corrected_time_is_tried_too_and_the_finding_says_so() -> None:
    """The phone was three days behind; a camera with a right clock is no finding."""
    right = VISIT + timedelta(days=3)
    camera = [Taken("p", right.isoformat())]
    assert check_photos(camera, VISIT, TZ, LIMITS, right).found == ()
    [found] = check_photos(camera, VISIT, TZ, LIMITS).found
    assert found.tried == ("clock",)
