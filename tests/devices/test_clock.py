"""A phone's wall clock may lie; its uptime does not follow the lie."""

from __future__ import annotations

import pytest

from devices.clock import DeviceClock, Journey, iso

NOON = 1_772_596_800.0  # 2026-03-04T04:00:00Z


def test_offset_and_drift_move_the_wall_clock_only() -> None:
    journey = Journey(NOON)
    clock = DeviceClock(journey, offset=-90, drift=0.001)
    journey.wait(1000)
    assert clock.now() == pytest.approx(NOON + 1000 - 90 + 1)
    assert clock.uptime() == 1000


def test_a_phone_that_woke_up_in_another_year_says_that_year() -> None:
    journey = Journey(NOON)
    clock = DeviceClock(journey)
    clock.set_year(2031)
    assert clock.iso() == "2031-03-04T04:00:00.000Z"
    assert clock.uptime() == 0


def test_a_boot_begins_the_uptime_again() -> None:
    journey = Journey(NOON)
    clock = DeviceClock(journey)
    journey.wait(500)
    clock.boot()
    journey.wait(20)
    assert clock.uptime() == 20


def test_coming_home_brings_the_real_time_back() -> None:
    journey = Journey(NOON)
    journey.come_home()
    assert journey() > NOON


def test_times_travel_as_utc_with_milliseconds() -> None:
    assert iso(NOON + 0.25) == "2026-03-04T04:00:00.250Z"
