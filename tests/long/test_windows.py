"""Two windows on one phone, and a newer version of the app beside an older one."""

import pytest

from tests.client.cadre import SAVED, Cadre
from tests.client.office import Desk
from tests.client.place import Place

pytestmark = pytest.mark.long

ANY = "SELECT unit FROM assignments JOIN users ON users.id = user_id WHERE login = '{}' LIMIT 1"
ADDRESS = "#q-people-actual_address"
NEWER = """async () => {
    for (const {name, version} of await indexedDB.databases()) {
        const opening = indexedDB.open(name, version + 1)
        await new Promise((good, bad) => {
            opening.onsuccess = good
            opening.onerror = () => bad(opening.error)
        })
        opening.result.close()
    }
}"""
"""What a version with another schema does first."""
KEPT = """async () => {
    const found = []
    for (const {name} of await indexedDB.databases()) {
        const opening = indexedDB.open(name)
        await new Promise((good) => (opening.onsuccess = good))
        const db = opening.result
        if (db.objectStoreNames.contains('drafts')) {
            const all = db.transaction('drafts').objectStore('drafts').getAll()
            await new Promise((good) => (all.onsuccess = good))
            found.push(...all.result.map((kept) => kept.draft.values['people/actual_address']))
        }
        db.close()
    }
    return found
}"""


def test_one_window_fills_a_visit_and_another_takes_it_over(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    cadre.join(desk.code("cadre1"))
    [(unit,)] = place.ruhu.ask(ANY.format("cadre1"))
    rec = cadre.begin(str(unit))
    cadre.choose("door/outcome", "met")
    cadre.open(f"fill/{rec}/2")
    cadre.page.wait_for_selector(ADDRESS)
    assert cadre.context
    other = cadre.context.new_page()
    other.goto(f"{cadre.url}/app/#/fill/{rec}/2")
    other.wait_for_selector("main .primary")
    assert "另一个窗口" in other.inner_text("main")
    cadre.write("people/actual_address", "先写的")
    other.click("main .primary")
    other.wait_for_selector(ADDRESS)
    assert other.locator(f"{ADDRESS} input").input_value() == "先写的"
    assert "另一个窗口" in cadre.page.inner_text("main")
    other.locator(f"{ADDRESS} input").fill("后写的")
    other.wait_for_timeout(SAVED)
    other.close()
    cadre.page.click("main .primary")
    cadre.page.wait_for_selector(ADDRESS)
    assert cadre.question("people/actual_address").locator("input").input_value() == "后写的"


def test_two_windows_never_speak_with_the_server_at_once(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    cadre.join(desk.code("cadre2"))
    assert cadre.context
    other = cadre.context.new_page()
    other.goto(f"{cadre.url}/app/")
    for page in (cadre.page, other):
        page.wait_for_selector(".strip-good")
    place.road.asked.clear()
    place.road.most = 0
    for _ in range(5):
        for page in (cadre.page, other):
            page.evaluate("document.querySelector('.strip-send').click()")
    cadre.page.wait_for_timeout(3_000)
    assert sum("/sync/pull" in asked for asked in place.road.asked) >= 2
    assert place.road.most == 1


def test_a_window_sees_what_another_one_finished_and_whoever_enrolled_there(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    cadre.join(desk.code("cadre3"))
    place.road.busy = True
    assert cadre.context
    other = cadre.context.new_page()
    other.goto(f"{cadre.url}/app/#/phone")
    other.wait_for_selector(".counts")
    [(unit,)] = place.ruhu.ask(ANY.format("cadre3"))
    cadre.begin(str(unit))
    other.wait_for_selector(".rows .chip-draft")
    place.road.busy = False
    name = other.inner_text("main")
    cadre.join(desk.code("cadre4"))
    other.wait_for_function(
        "(before) => document.querySelector('main')?.innerText !== before", arg=name
    )
    other.wait_for_selector(".counts")
    assert other.locator(".rows .chip-draft").count() == 0


def test_an_older_window_saves_lets_go_and_says_so(place: Place, desk: Desk, cadre: Cadre) -> None:
    cadre.join(desk.code("cadre4"))
    cadre.ready_offline()
    [(unit,)] = place.ruhu.ask(ANY.format("cadre4"))
    rec = cadre.begin(str(unit))
    cadre.choose("door/outcome", "met")
    cadre.open(f"fill/{rec}/2")
    cadre.page.wait_for_selector(ADDRESS)
    assert cadre.context
    newer = cadre.context.new_page()
    newer.goto(f"{cadre.url}/start")
    cadre.write("people/actual_address", "升级之前")
    newer.evaluate(NEWER)
    cadre.page.wait_for_selector("main [role=alert]")
    assert "重新打开" in cadre.page.inner_text("main")
    assert "升级之前" in newer.evaluate(KEPT)
    cadre.page.click("main .primary")
    cadre.page.wait_for_selector(".no-start")
    assert "旧版本" in cadre.page.inner_text(".no-start")
