"""Every filled form in a list: who sees which, of what they are, and each on its page."""

import re

from store import ids
from tests.kit import ops
from tests.kit.cast import EAST, WEST
from tests.server.console.conftest import CHINESE, ONE_KIND, Office, words

pytestmark = ONE_KIND
LIST = "/submissions"


def village(office: Office, code: str = EAST, name: str = "alice") -> str:
    rec = ids.new()
    values = {"village": code, "base/people": 900}
    line = ops.op(rec, form="village_base", form_v="2026.2", values=values)
    office.sent(office.doors.push(office.doors.phone(name), name, line))
    return rec


def listed(office: Office, name: str, query: str = "") -> set[str]:
    page = office.doors.browser(name).get(LIST + query).text
    return set(re.findall(r"/visits/([0-9a-f-]{36})", page))


def test_the_list_has_every_form_of_ones_area(office: Office) -> None:
    visit, east = office.doors.visit(), village(office)
    west = village(office, WEST, "charlie")
    assert {visit, east} <= listed(office, "vera") and west not in listed(office, "vera")
    assert {visit, east, west} <= listed(office, "dora")
    assert listed(office, "dora", "?form=village_base") == {east, west}
    assert listed(office, "dora", "?form=nothing") == listed(office, "dora")


def test_a_line_says_what_it_is_about_and_what_is_to_be_checked(office: Office) -> None:
    rec = village(office)
    office.doubt(rec)
    page = office.doors.browser("dora").get(f"{LIST}?form=village_base").text
    [row] = re.findall(r"<tr>(?:(?!</tr>).)*/visits/.*?</tr>", page, re.S)
    told = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert "村情况 东坡村 Alice 不审核 1" in told


def test_a_village_has_a_page_that_leads_to_no_household(office: Office) -> None:
    rec = village(office)
    answer = office.doors.browser("dora").get(f"/visits/{rec}")
    assert answer.status_code == 200 and "东坡村 · 村情况" in words(answer.text)
    assert "/households/" not in answer.text and "900" in answer.text
    assert "表单里没有名称" not in answer.text, "what names the village is no answer without a name"
    assert office.doors.browser("charlie").get(f"/visits/{rec}").status_code == 404


def test_the_list_speaks_english(office: Office) -> None:
    village(office)
    office.speak("dora", "en")
    page = office.doors.browser("dora").get(f"{LIST}?form=village_base").text
    main = words(page)
    assert "Filled in" in main and "Dongpo Village" in main
    assert not CHINESE.search(main.replace("中文", ""))


def test_more_than_a_page_goes_on(office: Office) -> None:
    recs = {village(office) for _ in range(51)}
    page = office.doors.browser("dora").get(f"{LIST}?form=village_base").text
    first = set(re.findall(r"/visits/([0-9a-f-]{36})", page))
    [more] = re.findall(r'href="(/submissions\?[^"]*after=\d+[^"]*)"', page)
    rest = office.doors.browser("dora").get(more.replace("&amp;", "&")).text
    assert first | set(re.findall(r"/visits/([0-9a-f-]{36})", rest)) == recs
    assert len(first) == 50
