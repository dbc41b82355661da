"""`flask forms burden`: what the published forms cost."""

from flask import Flask

from tests.kit.doors import Doors
from tests.server.console.conftest import ONE_KIND


@ONE_KIND
def test_each_form_and_purpose_has_its_line(doors: Doors, app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["forms", "burden"])
    assert told.exit_code == 0, told.output
    for name in ("household_visit 2026.3 verify", "village_water 2026.2 -"):
        assert name in told.output
    assert "questions" in told.output and "题" in told.output


@ONE_KIND
def test_one_form_tells_its_sections_its_round_and_what_it_asks_again(
    doors: Doors, app: Flask
) -> None:
    args = ["forms", "burden", "--form", "relocation", "--households", "100"]
    told = app.test_cli_runner().invoke(args=args)
    assert "hours for 100 households" in told.output
    assert "household_visit living/housing_area" in told.output and "重复问" in told.output
    assert "household_visit 2026" not in told.output


@ONE_KIND
def test_a_form_that_is_not_here_is_told_by_name(doors: Doors, app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["forms", "burden", "--form", "nothing"])
    assert told.exit_code == 1 and "nothing" in told.output
