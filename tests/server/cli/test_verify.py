"""`flask verify`: a township's night, a month run again, from the command line."""

import pytest
from flask import Flask

from store import clock
from tests.kit.cast import EAST, TOWNSHIP
from tests.kit.doors import Doors


def test_a_night_by_hand_is_done_once(app: Flask, doors: Doors) -> None:
    doors.visit()
    runner = app.test_cli_runner()
    first = runner.invoke(args=["verify", "night", "--township", TOWNSHIP])
    assert first.exit_code == 0 and "1 次走访" in first.output, first.output
    again = runner.invoke(args=["verify", "night", "--township", TOWNSHIP])
    assert again.exit_code == 0 and "今天已经核查过" in again.output


def test_what_is_no_township_is_refused(app: Flask) -> None:
    for code in (EAST, "nowhere"):
        told = app.test_cli_runner().invoke(args=["verify", "night", "--township", code])
        assert told.exit_code != 0 and code in told.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_month_is_run_again_and_told_by_rule(app: Flask, doors: Doors) -> None:
    doors.visit(income__wage=-5)
    month = clock.local_day(clock.now(), "Asia/Shanghai").isoformat()[:7]
    runner = app.test_cli_runner()
    told = runner.invoke(args=["verify", "rerun", "--month", month, "--set", "photo_minutes=1"])
    assert told.exit_code == 0, told.output
    assert "1 visits" in told.output and "F-RANGE" in told.output and "1 → 1" in told.output
    assert "Nothing was changed." in told.output
    wrong = runner.invoke(args=["verify", "rerun", "--month", month, "--set", "nobody=1"])
    assert wrong.exit_code != 0 and "nobody" in wrong.output
