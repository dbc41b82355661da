"""The first page: who sees which households, narrowed how, and the sheet."""

import io
import re

import openpyxl
import orjson
import pytest

from store.db import begin_write
from tests.kit.cast import EAST, WEST, place
from tests.kit.doors import Doors
from tests.server.console.conftest import ONE_KIND, Office, words


def codes(page: str) -> list[str]:
    return re.findall(r">(H\d{4})<", page)


EVERYTHING = ["H0001", "H0002"]
SEEN = {
    "alice": ["H0001"],
    "bob": ["H0001"],
    "charlie": ["H0002"],
    "vera": ["H0001"],
    "dora": EVERYTHING,
    "ivan": EVERYTHING,
    "ada": EVERYTHING,
}


def test_everybody_sees_the_households_of_their_area(office: Office) -> None:
    seen = {name: codes(office.doors.browser(name).get("/").text) for name in SEEN}
    assert seen == SEEN


def test_a_household_of_the_register_alone_counts_as_not_visited(office: Office) -> None:
    page = words(office.doors.browser("dora").get("/").text)
    assert "未走访 2" in page and "已收到 0" in page


def test_a_line_shows_state_photos_findings_and_the_last_visit(office: Office) -> None:
    photo = {"sha256": "ab" * 32, "size": 3, "mime": "image/jpeg", "role": "house_front"}
    rec = office.doors.visit(evidence__photo_front=photo)
    office.doubt(rec)
    [row] = re.findall(
        r"<tr>(?:(?!</tr>).)*H0001.*?</tr>", office.doors.browser("dora").get("/").text, re.S
    )
    told = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert told.startswith("H0001 Wang Fu 东坡村 Alice 已收到 0/1 1 ")
    assert f"/visits/{rec}" in row


NARROWED = {
    "state=away": ["H0001"],
    "state=not_visited": ["H0002"],
    "state=approved": [],
    "state=nonsense": EVERYTHING,
    f"village={EAST}": ["H0001"],
    f"village={WEST}": ["H0002"],
    "village=0": [],
    "q=wang": ["H0001"],
    "q=H0002": ["H0002"],
    "q=tap": [],
    "q=%25": [],
    "q=H0002&state=away": [],
    "after=999999": EVERYTHING,
    "after=nonsense": EVERYTHING,
}


def test_filters_narrow_the_list(office: Office) -> None:
    office.register(office.cast.unit, "H0001", "Wang Fu", water_source="tap")
    office.doors.visit(door__outcome="nobody_home")
    browser = office.doors.browser("dora")
    shown = {query: codes(browser.get(f"/?{query}").text) for query in NARROWED}
    assert shown == NARROWED


def test_the_list_narrows_to_one_cadre(office: Office) -> None:
    browser = office.doors.browser("dora")
    alice = office.cast.users["alice"]
    assert codes(browser.get(f"/?cadre={alice}").text) == ["H0001"]


def test_a_second_page_goes_on_where_the_first_ended(office: Office) -> None:
    with office.sessions() as session:
        begin_write(session)
        for _ in range(60):
            place(session, EAST, None)
        session.commit()
    browser = office.doors.browser("vera")
    first = browser.get("/").text
    following = re.search(r'href="(/\?after=\d+)" rel="next"', first)
    assert following is not None
    second = browser.get(following[1]).text
    units = re.compile(r"/households/([0-9a-f-]{36})")
    one, two = units.findall(first), units.findall(second)
    assert (len(one), len(two)) == (50, 11)
    assert not set(one) & set(two)
    assert "回到第一页" in second and 'rel="next"' not in second


def test_a_name_is_never_read_as_markup(office: Office) -> None:
    office.register(office.cast.unit, "H0001", "<b>Wang</b>")
    page = office.doors.browser("dora").get("/").text
    assert "&lt;b&gt;Wang&lt;/b&gt;" in page and "<b>Wang" not in page


def sheet(doors: Doors, name: str, query: str = "") -> list[list[object]]:
    answer = doors.browser(name).get(f"/households.xlsx{query}")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def test_the_sheet_holds_the_same_rows(office: Office) -> None:
    office.doors.visit(door__outcome="nobody_home")
    heads, *rows = sheet(office.doors, "dora")
    assert heads[:6] == ["户编号", "户主", "村", "组", "帮扶干部", "状态"]
    assert [row[:6] for row in rows] == [
        ["H0001", "Wang Fu", "东坡村", None, "Alice", "不在家"],
        ["H0002", "Li An", "西岭村", None, "Charlie", "未走访"],
    ]
    assert [row[0] for row in sheet(office.doors, "dora", "?state=away")[1:]] == ["H0001"]


@ONE_KIND
@pytest.mark.parametrize("head", ["=1+1", "http://example.org", "007"])
def test_what_people_typed_stays_text(office: Office, head: str) -> None:
    office.register(office.cast.unit, "H0001", head)
    answer = office.doors.browser("dora").get("/households.xlsx")
    cell = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]["B2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (head, "s", None)


def test_a_download_is_remembered_but_not_what_was_searched(office: Office) -> None:
    sheet(office.doors, "dora", "?state=away&q=Wang")
    [act] = office.acts("exported")
    assert act.who == office.cast.users["dora"]
    assert orjson.loads(act.detail) == {
        "village": "", "cadre": "", "state": "away", "search": True,
    }  # fmt: skip


def test_a_cadre_downloads_nothing(office: Office) -> None:
    browser = office.doors.browser("alice")
    assert "households.xlsx" not in browser.get("/").text
    assert browser.get("/households.xlsx").status_code == 403
    assert office.acts("exported") == []
