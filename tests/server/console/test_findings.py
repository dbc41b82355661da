"""The reviewer's day, a finding with its evidence, an answer and a verdict in the browser."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from store import clock, ids
from store.findings import Finding
from store.verdicts import FindingReply, Verdict
from tests.kit import ops
from tests.kit.cast import WEST
from tests.server.admin.grants import give
from tests.server.console.conftest import HTML, ONE_KIND, Office, words
from tests.verify.acts import TZ, approved
from tests.verify.findings import doubted
from tests.verify.test_geo import HOUSE

pytestmark = ONE_KIND
COUNTED = re.compile(r'badge check">[^<]*\d</span>')
PEOPLE = ("alice", "vera", "dora", "bob", "ivan")


def away_from_the_house(office: Office) -> str:
    """A visit with a fix about 2 km north of the approved position."""
    approved(office.sessions, office.cast, office.cast.unit)
    rec, place = ids.new(), {"lat": HOUSE.lat + 0.02, "lon": HOUSE.lon, "acc": 12.0}
    line = ops.op(rec, values=ops.visit(office.cast.unit), fix=place)
    office.sent(office.doors.push(office.doors.phone("alice"), "alice", line))
    return rec


def test_the_day_begins_once_the_cadre_has_answered(office: Office) -> None:
    finding = doubted(office.sessions, office.doors.visit())
    dora = office.doors.browser("dora")
    told = words(dora.get("/findings").text)
    assert "今天没有要看的了" in told and "还有 1 条在等干部答复" in told
    page = words(dora.get(f"/findings/{finding}").text)
    assert "等干部答复" in page and "问得对" not in page
    alice = office.doors.browser("alice")
    assert 'name="words"' in alice.get(f"/findings/{finding}").text
    sent = alice.post(f"/findings/{finding}/answer", data={"words": "在<地里>见的面"})
    assert sent.status_code == 302
    assert f"/findings/{finding}" in dora.get("/findings").text
    assert "在&lt;地里&gt;见的面" in dora.get(f"/findings/{finding}").text


def in_lists(office: Office, name: str) -> list[str]:
    """The lists and pages beside the finding's own that count it or lead to it."""
    browser, unit = office.doors.browser(name), office.cast.unit
    pages = ("/", "/submissions", f"/households/{unit}")
    told = [at for at in pages if COUNTED.search(browser.get(at).text)]
    month = clock.local_day(clock.now(), TZ).isoformat()[:7]
    tried = browser.get(f"/checks/rerun?month={month}&set=photo_minutes=1")
    return told + ["/checks/rerun"] * ("/visits/" in tried.text)


def test_an_inspector_sees_nothing_before_the_cadre_was_heard(office: Office) -> None:
    rec = office.doors.visit(income__wage=-5)
    office.doubt(rec)
    with office.sessions() as session:
        finding = session.scalars(select(Finding.id)).one()
    ivan = office.doors.browser("ivan")
    assert ivan.get(f"/findings/{finding}", headers=HTML).status_code == 404
    assert "定位较远" not in ivan.get(f"/visits/{rec}").text
    assert ivan.get(f"/api/v1/visits/{rec}").get_json()["status"]["findings"] == []
    assert in_lists(office, "ivan") == []
    office.doors.browser("alice").post(f"/findings/{finding}/answer", data={"words": "……"})
    assert f"/findings/{finding}" in ivan.get(f"/visits/{rec}").text
    assert ivan.get(f"/findings/{finding}").status_code == 200
    assert in_lists(office, "ivan") == ["/", "/submissions", f"/households/{office.cast.unit}"]
    assert len(ivan.get(f"/api/v1/visits/{rec}").get_json()["status"]["findings"]) == 1
    assert ivan.get("/findings").status_code == 403


def test_who_reviews_elsewhere_is_no_first_reader_here(office: Office) -> None:
    """Vera supervises the east village and inspects the west one, where Charlie was not heard."""
    give(office.sessions, office.cast.users["vera"], "inspector", WEST)
    unit = office.cast.other_unit
    line = ops.op(ids.new(), values=ops.visit(unit))
    office.sent(office.doors.push(office.doors.phone("charlie"), "charlie", line))
    office.doubt(line["rec"])
    with office.sessions() as session:
        finding = session.scalars(select(Finding.id)).one()
    house = f"/households/{unit}"
    for name, wait in (("charlie", True), ("dora", True), ("vera", False)):
        browser = office.doors.browser(name)
        told = [bool(COUNTED.search(browser.get(at).text)) for at in ("/", "/submissions", house)]
        assert told == [wait] * 3, name
    vera, sheet = office.doors.browser("vera"), []
    for _ in range(2):
        book = load_workbook(BytesIO(vera.get("/households.xlsx").data)).active
        assert book is not None
        sheet.append({row[0].value: row[8].value for row in book.iter_rows()}["H0002"])
        office.doors.browser("charlie").post(f"/findings/{finding}/answer", data={"words": "…"})
    assert sheet == [0, 1]


def test_a_households_own_findings_are_its_cadres_and_its_reviewers(office: Office) -> None:
    doubted(office.sessions, office.cast.unit, rule="R-02", level="S", path="")
    page = f"/households/{office.cast.unit}"
    told = {n: 'id="doubts"' in office.doors.browser(n).get(page).text for n in PEOPLE}
    assert told == {"alice": True, "vera": True, "dora": True, "bob": False, "ivan": False}


def test_who_is_not_concerned_does_not_learn_of_it(office: Office) -> None:
    finding = doubted(office.sessions, office.doors.visit(), ago=9)
    charlie = office.doors.browser("charlie")
    assert charlie.get(f"/findings/{finding}", headers=HTML).status_code == 404
    assert charlie.post(f"/findings/{finding}/answer", data={"words": "x"}).status_code == 404
    bob = office.doors.browser("bob").post(f"/findings/{finding}/answer", data={"words": "x"})
    assert bob.status_code == 403
    with office.sessions() as session:
        assert list(session.scalars(select(FindingReply))) == []


@pytest.mark.parametrize("said", ["", "   ", "x" * 1001])
def test_an_answer_has_words(office: Office, said: str) -> None:
    finding = doubted(office.sessions, office.doors.visit())
    alice = office.doors.browser("alice")
    assert alice.post(f"/findings/{finding}/answer", data={"words": said}).status_code == 422


def test_a_verdict_is_noted_and_changes_nothing_of_the_visit(office: Office) -> None:
    rec = office.doors.visit()
    finding = doubted(office.sessions, rec, ago=9)
    dora = office.doors.browser("dora")
    before = office.record(rec)
    form = {"verdict": "miss", "words": "村委会"}
    assert dora.post(f"/findings/{finding}/verdict", data=form).status_code == 302
    after = office.record(rec)
    assert (after.version, after.state, after.doc) == (before.version, before.state, before.doc)
    page = words(dora.get(f"/findings/{finding}").text)
    assert "没有问题" in page and "Dora" in page and "被判断过 1 次，其中 0 次" in page
    [act] = office.acts("finding.miss")
    assert act.subject == rec
    again = dora.post(f"/findings/{finding}/verdict", data=form, headers=HTML)
    assert again.status_code == 409 and "已经有人判断过了" in again.text
    assert dora.post(f"/findings/{finding}/verdict", data={"verdict": "guilty"}).status_code == 422
    with office.sessions() as session:
        assert [row.verdict for row in session.scalars(select(Verdict))] == ["miss"]
    assert "判断过 1 次，0 次问得对" in words(office.doors.browser("ada").get("/checks").text)


def test_the_map_is_drawn_from_the_figures_without_any_script(office: Office) -> None:
    finding = doubted(office.sessions, away_from_the_house(office), ago=9, distance_m=2224.0)
    page = office.doors.browser("dora").get(f"/findings/{finding}").text
    [svg] = re.findall(r"<svg.*?</svg>", page, re.S)
    assert svg.count("<circle") == 4 and "style=" not in svg
    assert "±12 m" in page and "相距（米）" in page and "2224.0" in page


def test_what_was_tried_first_is_named(office: Office) -> None:
    finding = doubted(office.sessions, office.doors.visit(), ago=9)
    with office.sessions.begin() as session:
        session.get_one(Finding, finding).tried = '["clock", "datum"]'
    page = words(office.doors.browser("dora").get(f"/findings/{finding}").text)
    assert "先排除过 手机时钟不准；坐标系不同" in page
