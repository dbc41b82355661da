"""What goes wrong on a real day, in the browser: a sentence that helps, and nothing lost."""

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.client.cadre import SAVED, Cadre
from tests.client.office import Desk
from tests.client.place import Place
from tests.kit.wait import until

pytestmark = pytest.mark.long
ANY = (
    "SELECT unit FROM assignments JOIN users ON users.id = user_id WHERE login = '{}'"
    " AND unit NOT IN (SELECT unit FROM records WHERE state = 'returned') LIMIT 1"
)
CHUNK = 256 * 1024
CLOCK = """{
    const Real = Date
    const OFF = new Real().setHours(12, 29, 50, 0) - Real.now()  // ten seconds before 12:30
    const Other = function (...given) {
        if (!new.target) return new Real(Real.now() + %(off)s).toString()
        return given.length ? new Real(...given) : new Real(Real.now() + %(off)s)
    }
    Object.assign(Other, {now: () => Real.now() + %(off)s, parse: Real.parse, UTC: Real.UTC})
    Other.prototype = Real.prototype
    globalThis.Date = Other
}"""
YEAR = 366 * 86_400_000


def household(place: Place, login: str) -> str:
    [(unit,)] = place.ruhu.ask(ANY.format(login))
    return str(unit)


def nobody_home(cadre: Cadre, unit: str) -> str:
    rec = cadre.begin(unit)
    cadre.choose("door/outcome", "nobody_home")
    cadre.question("door/arrived_at").locator("button").first.click()
    cadre.question("door/no_fix").locator("label").first.click()
    cadre.page.wait_for_timeout(SAVED)
    return rec


def finish(cadre: Cadre, rec: str) -> None:
    cadre.open(f"fill/{rec}/finish")
    cadre.page.wait_for_selector(".page-title")
    cadre.page.click(".foot .primary")
    cadre.page.wait_for_selector("dialog.ask, .state-card")
    if cadre.page.locator("dialog.ask").count():
        cadre.page.click("dialog.ask .primary")
    cadre.page.wait_for_selector(".state-card")


def shifted(cadre: Cadre, milliseconds: str) -> None:
    """From the next page on the phone's clock is so far off."""
    assert cadre.context
    cadre.context.add_init_script(CLOCK % {"off": milliseconds})


def test_an_upload_goes_on_where_it_stopped_when_the_app_was_killed(
    place: Place, desk: Desk, cadre: Cadre, tmp_path: Path
) -> None:
    cadre.join(desk.code("cadre1"))
    rec = cadre.begin(household(place, "cadre1"))
    cadre.choose("door/outcome", "met")
    cadre.open(f"fill/{rec}/5")
    cadre.page.wait_for_selector(".q")
    size = (1600, 1200)
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(tmp_path / "noise.jpg")
    chooser = 'input[data-path="evidence/photo_front"]'
    cadre.page.set_input_files(chooser, str(tmp_path / "noise.jpg"))
    cadre.page.wait_for_selector(f".q:has({chooser}) img.thumb")
    place.road.through, place.road.cuts = 2, 10**6
    finish(cadre, rec)
    until(lambda: place.road.cut, told="the cut in the middle of the photo")
    cadre.switch_off()
    [(stands,)] = place.ruhu.ask("SELECT offset FROM uploads ORDER BY made_at DESC LIMIT 1")
    assert stands == 2 * CHUNK
    place.road.cuts = 0
    place.road.offsets.clear()
    cadre.switch_on(f"/app/#/visit/{rec}")
    cadre.page.wait_for_selector(".state-card")
    cadre.until("received")
    assert place.road.offsets[0] == 2 * CHUNK
    assert place.counts(rec) == (1, 1, 1)


@pytest.mark.parametrize("off", [-YEAR, YEAR + 86_400_000])
def test_a_clock_that_is_a_year_off_loses_nothing_and_is_named(
    off: int, place: Place, desk: Desk, cadre: Cadre
) -> None:
    shifted(cadre, str(off))
    cadre.join(desk.code("cadre2"))
    rec = nobody_home(cadre, household(place, "cadre2"))
    finish(cadre, rec)
    cadre.until("received")
    cadre.open("phone")
    cadre.page.wait_for_selector(".note")
    assert "自动确定日期和时间" in cadre.page.inner_text(".note")
    [(at,)] = place.ruhu.ask(f"SELECT received_at FROM records WHERE id = '{rec}'")
    assert abs(int(str(at)[:4]) - 2026) <= 1


def test_a_phone_taken_out_of_service_keeps_its_work_and_sends_it_once_enrolled_again(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    cadre.join(desk.code("cadre3"))
    rec = nobody_home(cadre, household(place, "cadre3"))
    desk.revoke("cadre3")
    finish(cadre, rec)
    cadre.page.wait_for_selector(".strip-bad")
    assert "停用" in cadre.page.inner_text(".strip") and cadre.state == "waiting"
    cadre.join(desk.code("cadre3"))
    cadre.open(f"visit/{rec}")
    cadre.page.wait_for_selector(".state-card")
    cadre.until("received")


def test_another_person_on_the_same_phone_sees_nothing_of_the_first(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    cadre.join(desk.code("cadre4"))
    unit = household(place, "cadre4")
    rec = nobody_home(cadre, unit)
    cadre.join(desk.code("cadre1"))
    for address in (f"fill/{rec}/0", f"visit/{rec}"):
        cadre.open(address)
        cadre.page.wait_for_selector(".empty")
        assert "这台手机里没有这一份" in cadre.page.inner_text("main")
        assert cadre.page.locator(".chip").count() == 0
    cadre.join(desk.code("cadre4"))
    cadre.open(f"fill/{rec}/0")
    cadre.page.wait_for_selector(".q")
    assert cadre.page.locator('input[value="nobody_home"]').is_checked()


def test_no_position_and_no_picture_are_said_and_no_dead_end(
    place: Place, desk: Desk, cadre: Cadre, tmp_path: Path
) -> None:
    assert cadre.context
    cadre.join(desk.code("cadre2"))
    cadre.context.clear_permissions()
    rec = cadre.begin(household(place, "cadre2"))
    cadre.choose("door/outcome", "met")
    cadre.question("door/place").locator("button").first.click()
    cadre.page.wait_for_selector(".fault-box")
    assert "没有得到定位的许可" in cadre.page.inner_text(".fault-box")
    cadre.page.click(".fault-box button")
    cadre.question("door/place").wait_for(state="detached")
    cadre.open(f"fill/{rec}/5")
    (tmp_path / "letter.jpg").write_text("no picture at all")
    chooser = 'input[data-path="evidence/photo_front"]'
    cadre.page.set_input_files(chooser, str(tmp_path / "letter.jpg"))
    cadre.page.wait_for_selector(".q-fault")
    assert "打不开" in cadre.page.inner_text(".q-fault")


def test_the_phone_sends_at_the_hour_that_the_office_set(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    desk.page.goto(f"{desk.url}/hours")
    desk.page.locator("input[name=hours]").first.fill("12:30")
    desk.page.locator("form:has(input[name=hours]) button").first.click()
    desk.page.wait_for_load_state()
    shifted(cadre, "OFF")
    cadre.join(desk.code("cadre3"))
    cadre.page.wait_for_selector(".strip-good")
    cadre.page.wait_for_timeout(1_500)
    place.road.asked.clear()
    until(lambda: any("/sync/pull" in asked for asked in place.road.asked), 20, "12:30")
