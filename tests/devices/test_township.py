"""The demo township: made up, complete, repeatable, and loadable as an office's own workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from devices.people import check_character
from devices.township import CENTRE, distance, moved, township
from devices.workbook import write_workbook


def test_it_has_three_villages_sixty_households_and_about_two_hundred_people() -> None:
    made = township()
    assert sum(area.level == "village" for area in made.areas) == 3
    assert len(made.households) == 60
    assert 180 <= sum(len(h.members) for h in made.households) <= 240
    assert len({h.hh_code for h in made.households}) == 60


def test_the_same_seed_is_the_same_township() -> None:
    assert township(4).to_json() == township(4).to_json() != township(5).to_json()


def test_four_cadres_have_fifteen_households_each_and_no_household_two() -> None:
    made = township()
    assert [len(made.of(f"cadre{n}")) for n in (1, 2, 3, 4)] == [15, 15, 15, 15]
    assert len({pairing.hh_code for pairing in made.pairings}) == 60


def test_every_area_and_every_post_hangs_in_the_tree() -> None:
    made = township()
    codes = {area.code for area in made.areas}
    assert {area.parent for area in made.areas} <= codes | {""}
    assert {person.area for person in made.staff} <= codes
    assert {house.group for house in made.households} <= codes


def test_id_numbers_are_valid_and_belong_to_no_real_area() -> None:
    numbers = [m.id_number for h in township().households for m in h.members]
    assert len(set(numbers)) == len(numbers)
    assert all(n.startswith("999901") and check_character(n[:17]) == n[17] for n in numbers)


def test_houses_stand_near_their_neighbours_and_moving_is_measured_back() -> None:
    houses = township().households
    near = [
        distance((a.lat, a.lon), (b.lat, b.lon)) for a, b in zip(houses, houses[1:], strict=False)
    ]
    assert sum(metres < 250 for metres in near) > 45
    assert abs(distance(CENTRE, moved(CENTRE, 1200, -900)) - 1500) < 1


def test_the_workbook_has_the_sheets_with_two_heading_rows_and_text_codes(tmp_path: Path) -> None:
    made = township()
    write_workbook(made, tmp_path / "register.xlsx")
    book = openpyxl.load_workbook(tmp_path / "register.xlsx")
    assert book.sheetnames == ["areas", "staff", "households", "members", "pairings"]
    sheet = book["households"]
    assert [cell.value for cell in sheet[2]][:4] == ["hh_code", "village", "group", "head_name"]
    assert sheet.max_row == 62
    assert sheet["B3"].value == made.households[0].village
    anchored = sum(sheet.cell(row, 10).value is not None for row in range(3, 63))
    assert anchored == sum(h.anchored for h in made.households) == 54
