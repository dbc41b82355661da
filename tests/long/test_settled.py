"""Two people answer differently, the office settles it, and the phone in the hand says so.

With RUHU_SCREENSHOTS=folder the phone's page is kept there as pictures.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from devices.clock import DeviceClock
from devices.network import Road
from devices.phone import Phone
from tests.client.cadre import Cadre
from tests.client.office import Desk
from tests.client.place import Place

pytestmark = pytest.mark.long

OWN = (
    "SELECT unit, json_extract(doc, '$.set.water_source') FROM records WHERE type = 'household'"
    " AND unit IN (SELECT unit FROM assignments JOIN users ON users.id = user_id"
    " WHERE login = 'cadre1') {} ORDER BY unit LIMIT 1"
)
FREE = OWN.format("AND unit NOT IN (SELECT unit FROM records WHERE form = 'household_visit')")
WATERS = {
    "rain": "雨水窖", "bottled": "桶装水", "river": "河水或塘水", "tap": "自来水",
}  # fmt: skip
WHY = "打电话问过户主，两次走访中间换了水源"
LOSE = """async (unit) => {
    const [{name}] = (await indexedDB.databases()).filter(({name}) => name.startsWith('ruhu-'))
    const opening = indexedDB.open(name)
    await new Promise((good) => (opening.onsuccess = good))
    const tx = opening.result.transaction(['records', 'kv'], 'readwrite')
    const found = tx.objectStore('records').index('unit').getAll(unit)
    await new Promise((good) => (found.onsuccess = good))
    const lost = found.result.filter((record) => record.type === 'member')
    for (const {id} of lost) tx.objectStore('records').delete(id)
    tx.objectStore('kv').delete('checked')
    await new Promise((good) => (tx.oncomplete = good))
    opening.result.close()
    return lost.length
}"""
"""Gone behind the app's back, and the week is over after which it looks."""


def picture(cadre: Cadre, name: str) -> None:
    """In both languages, as the phone shows it."""
    folder, here = os.environ.get("RUHU_SCREENSHOTS"), cadre.page.url.partition("#/")[2]
    for lang in ("zh", "en") if folder else ():
        cadre.page.locator(".card:has(.disputed)").scroll_into_view_if_needed()
        cadre.page.screenshot(path=str(Path(str(folder)) / f"{name}-{lang}.png"))
        cadre.open("phone")
        cadre.page.click("button[lang]")
        cadre.open(here)
        cadre.page.wait_for_selector(".disputed")


def other_answers(place: Place, folder: Path, code: str, unit: str, water: str) -> None:
    """The village worker calls at the same house, and is told another water."""
    way = Road(place.road.url)
    phone = Phone(folder, way, DeviceClock())
    phone.enrol(code)
    phone.sync()
    draft = phone.visits.open(unit)
    draft.set("door/outcome", "met")
    draft.set("living/water_source", water)
    phone.visits.finish(draft)
    assert not phone.sync().trouble and phone.settled
    phone.close()
    way.close()


def begun(cadre: Cadre, unit: str, water: str) -> str:
    """A visit with one answer about the water, not finished; its id."""
    rec = cadre.begin(unit)
    cadre.at_the_door()
    cadre.open(f"fill/{rec}/4")
    cadre.choose("living/water_source", water)
    return rec


def finished(cadre: Cadre, rec: str) -> None:
    """As it is, whatever is missing."""
    cadre.open(f"fill/{rec}/finish")
    cadre.page.wait_for_selector(".page-title")
    cadre.page.click(".foot .primary")
    cadre.page.click("dialog.ask .primary")
    cadre.page.wait_for_selector(".state-card")


def settled(page: Page, url: str, water: str) -> None:
    """The office takes neither answer, and says why."""
    page.goto(f"{url}/conflicts")
    links = page.locator("main a[href^='/conflicts/']")
    page.goto(url + str(links.first.get_attribute("href")))
    page.check("input[name=choice][value=other]")
    page.select_option("select[name=value]", water)
    page.fill("textarea[name=reason]", WHY)
    page.click("form:has(input[name=mark]) button.primary")
    page.wait_for_load_state()
    assert "已裁定" in page.inner_text("body")


def says(cadre: Cadre, words: str) -> str:
    """What the visit's page says of it, once it says `words`."""
    card = cadre.page.locator(".card:has(.disputed)")
    card.filter(has_text=words).wait_for()
    return card.inner_text()


def test_a_settled_conflict_is_settled_on_the_phone_with_what_stands(
    place: Place, desk: Desk, cadre: Cadre, tmp_path: Path
) -> None:
    [(unit, known)] = place.ruhu.ask(FREE)
    first, second, third, *_ = (water for water in WATERS if water != known)
    cadre.join(desk.code("cadre1"))
    rec = begun(cadre, str(unit), second)
    cadre.page.wait_for_timeout(800)
    other_answers(place, tmp_path / "other", desk.code("worker1"), str(unit), first)
    finished(cadre, rec)
    cadre.until("received")
    assert "您不用重填" in says(cadre, "待定")
    picture(cadre, "conflict-open")

    settled(desk.page, desk.url, third)
    cadre.send()
    told = says(cadre, "已定")
    assert f"现在是：{WATERS[third]}" in told and f"您填的：{WATERS[second]}" in told
    assert WHY in told and "温若水" in told and "待定" not in told
    picture(cadre, "conflict-settled")
    cadre.page.reload()
    assert WATERS[third] in says(cadre, "已定")


def test_what_a_phone_lost_in_silence_is_back_after_its_next_round(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    [(unit, _)] = place.ruhu.ask(OWN.format(""))
    cadre.join(desk.code("cadre1"))
    cadre.open(f"household/{unit}")
    cadre.page.wait_for_selector(".people li")
    before = cadre.page.locator(".people li").count()
    assert cadre.page.evaluate(LOSE, str(unit)) == before
    cadre.page.reload()
    cadre.page.wait_for_selector(".foot")
    cadre.page.wait_for_function(
        "(n) => document.querySelectorAll('.people li').length === n", arg=before
    )
    [(times,)] = place.ruhu.ask("SELECT sum(times) FROM digest_mismatches")
    assert times == 1
