"""`flask verify night`: a township's checks from the command line."""

from flask import Flask

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
