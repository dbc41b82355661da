"""`flask verify rerun` in the terminal."""

import pytest
from flask import Flask

from store import clock
from tests.kit.doors import Doors


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
