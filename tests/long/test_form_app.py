"""The form app, from the office's code to an approved visit, on a road with everything in it."""

import pytest

from tests.client.cadre import Cadre
from tests.client.office import Desk
from tests.client.place import Place
from tests.kit.wait import until

pytestmark = pytest.mark.long
FREE = (
    "SELECT unit FROM assignments JOIN users ON users.id = user_id WHERE login = 'cadre1'"
    " AND unit NOT IN (SELECT unit FROM records WHERE form = 'household_visit') LIMIT 1"
)
ANY = "SELECT unit FROM assignments JOIN users ON users.id = user_id WHERE login = 'cadre4' LIMIT 1"
SMALL_PHONE = 25_000_000
FILLED_UP = """async () => {
    const done = (request) => new Promise((good, bad) => {
        request.onsuccess = () => good(request.result)
        request.onerror = () => bad(request.error)
    })
    const opening = indexedDB.open('others', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('kept')
    const db = await done(opening)
    const put = (n, size) => new Promise((told) => {
        const tx = db.transaction('kept', 'readwrite', {durability: 'strict'})
        tx.objectStore('kept').put(crypto.getRandomValues(new Uint8Array(size)), n)
        tx.oncomplete = () => told(true)
        tx.onabort = () => told(false)
    })
    for (let n = 0; n < 1000 && (await put(n, 50_000)); n++);
    db.close()
}"""
"""Other things take the room that is left, until the browser itself refuses more."""


def test_a_visit_survives_everything_and_comes_back_to_be_mended(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    [(unit,)] = place.ruhu.ask(FREE)
    cadre.join(desk.code("cadre1"))
    cadre.ready_offline()
    assert place.ruhu.stop() == 0

    rec = cadre.begin(str(unit))
    cadre.fill(place.photos)
    cadre.switch_off()
    cadre.switch_on("/app/#/")
    cadre.page.wait_for_selector(".rows .row")
    cadre.open(f"fill/{rec}/5")
    cadre.page.wait_for_selector("img.thumb.paper")
    assert cadre.page.locator("img.thumb").count() == 4
    cadre.open(f"fill/{rec}/6")
    cadre.page.wait_for_selector(".q")
    cadre.finish()
    assert cadre.state == "waiting"

    place.road.busy, place.road.cuts = True, 3
    place.ruhu.start()
    until(lambda: place.ruhu.terminal.count("入户已启动") == 2, 120, told="the second start")
    cadre.send()
    cadre.page.wait_for_selector(".strip-why")
    assert cadre.state == "waiting"
    place.road.busy = False
    cadre.until("received")
    assert place.road.cut == 3
    assert place.counts(rec) == (1, 4, 4)

    desk.send_back(rec, "请核对务工收入", {"income/wage": "是否多写了一个零？"})
    cadre.until("returned")
    assert "请核对务工收入" in cadre.page.inner_text("main")
    cadre.page.click(".foot .primary")
    assert "是否多写了一个零？" in cadre.question("income/wage").inner_text()
    cadre.write("income/wage", "3600")
    cadre.open(f"fill/{rec}/finish")
    cadre.page.wait_for_selector(".page-title")
    cadre.page.click(".foot .primary")
    cadre.page.wait_for_selector(".state-card")
    cadre.until("received")
    assert place.counts(rec) == (2, 4, 4)

    told = desk.visit(rec).inner_text("main")
    assert "退回之后改了什么" in told and "36,000" in told and "3,600" in told
    desk.approve(rec)
    cadre.until("approved")


def test_a_topic_that_did_not_change_is_closed_and_confirmed_path_by_path(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    """The purpose opens pages; what the register knows is read, not typed again."""
    [(unit,)] = place.ruhu.ask(ANY)
    cadre.join(desk.code("cadre4"))
    rec = cadre.begin(str(unit))
    cadre.at_the_door()
    cadre.question("door/purpose").locator('label.choice:has-text("慰问")').click()
    cadre.onward()
    cadre.page.click("label.acknowledge")
    cadre.onward()
    cadre.choose("people/met_who", "head")
    before = cadre.question("people/registered_address").locator("input").input_value()
    cadre.question("people/basics_unchanged").locator("label").click()
    closed = cadre.question("people/registered_address")
    assert before in closed.inner_text() and closed.locator("input").count() == 0
    cadre.onward()
    assert cadre.page.inner_text(".page-title") == "吃饭和穿衣"
    cadre.choose("food/protein", "no")
    cadre.page.wait_for_selector(".warn")
    cadre.open(f"fill/{rec}/finish")
    cadre.page.wait_for_selector(".page-title")
    assert "吃穿有缺的，请记为问题" in cadre.page.inner_text("main")
    cadre.page.click(".foot .primary")
    cadre.page.click("dialog.ask .primary")
    cadre.page.wait_for_selector(".state-card")
    cadre.until("received")
    [(told,)] = place.ruhu.ask(f"SELECT confirmed FROM revisions WHERE rec = '{rec}'")
    assert "people/registered_address" in told and "food/" not in told
    rules = f"SELECT rule FROM findings WHERE rec = '{rec}'"
    until(lambda: ("R-42",) in place.ruhu.ask(rules), 60, told="the rule's finding")


def test_a_login_page_of_the_network_is_told_from_our_server(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    cadre.join(desk.code("cadre2"))
    place.road.portal = True
    cadre.send()
    cadre.page.wait_for_selector(".strip-why")
    told = cadre.page.inner_text(".strip")
    place.road.portal = False
    assert "登录" in told
    cadre.send()
    cadre.page.wait_for_selector(".strip-good")


def test_a_code_that_was_used_is_said_to_be(place: Place, desk: Desk, cadre: Cadre) -> None:
    code = desk.code("cadre3")
    cadre.join(code)
    cadre.switch_off()
    other = Cadre(cadre.driver, cadre.profile.with_name("other"), cadre.url)
    other.switch_on()
    other.ask_in(code)
    told = other.page.inner_text(".fault-box")
    other.switch_off()
    assert "用过" in told


def test_a_full_phone_says_so_and_keeps_what_is_on_the_screen(
    place: Place, desk: Desk, cadre: Cadre
) -> None:
    line = cadre.page.context.new_cdp_session(cadre.page)
    origin = {"origin": cadre.url, "quotaSize": SMALL_PHONE}
    line.send("Storage.overrideQuotaForOrigin", origin)
    cadre.join(desk.code("cadre4"))
    cadre.ready_offline()
    [(unit,)] = place.ruhu.ask(ANY)
    rec = cadre.begin(str(unit))
    cadre.choose("door/outcome", "met")
    cadre.open(f"fill/{rec}/2")
    cadre.page.wait_for_selector(".q")
    cadre.page.evaluate(FILLED_UP)
    cadre.write("people/actual_address", "村西头" * 40_000)
    cadre.page.wait_for_selector(".banner")
    cadre.page.evaluate("indexedDB.deleteDatabase('others')")
    cadre.page.wait_for_selector(".banner", state="detached")
    cadre.page.reload()
    cadre.page.wait_for_selector(".q")
    assert cadre.question("people/actual_address").locator("input").input_value().startswith("村西")
