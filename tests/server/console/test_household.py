"""One household: facts, members, P1 values shown as an act, the place."""

import orjson

from store import clock, ids
from store.db import begin_write
from store.units import Anchor
from tests.kit import ops
from tests.kit.cast import COUNTY
from tests.server.admin.grants import give
from tests.server.console.conftest import HTML, ONE_KIND, Office, words

NUMBER = "999901198502030018"


def propose(office: Office, unit: str, lat: float = 31.6) -> str:
    with office.sessions() as session:
        begin_write(session)
        anchor = Anchor(
            id=ids.new(), unit=unit, lat=lat, lon=107.9, acc=6.0, state="proposed",
            source="visit", proposed_at=clock.now(),
        )  # fmt: skip
        session.add(anchor)
        session.commit()
        return anchor.id


def state_of(office: Office, anchor: str) -> tuple[str, bool]:
    with office.sessions() as session:
        row = session.get_one(Anchor, anchor)
        return row.state, row.scattered


def test_facts_stand_under_the_forms_own_words(office: Office) -> None:
    office.register(office.cast.unit, "H0001", "Wang Fu", water_source="tap", housing_grade="B")
    page = words(office.doors.browser("dora").get(f"/households/{office.cast.unit}").text)
    assert "饮水来源 自来水" in page and "住房鉴定等级 B 级" in page and "户编号 H0001" in page


def test_a_value_without_words_is_shown_all_the_same(office: Office) -> None:
    with office.sessions() as session:
        begin_write(session)
        row = office.record(office.cast.unit)
        kept = session.merge(row)
        doc = orjson.loads(kept.doc)
        doc["set"] |= {"old_property": "kept for ever", "water_source": "moon"}
        kept.doc = orjson.dumps(doc).decode()
        session.commit()
    page = words(office.doors.browser("dora").get(f"/households/{office.cast.unit}").text)
    assert "old_property kept for ever" in page and "饮水来源 moon" in page


def test_a_household_of_another_village_does_not_exist_for_me(office: Office) -> None:
    for name in ("alice", "bob", "vera"):
        answer = office.doors.browser(name).get(
            f"/households/{office.cast.other_unit}", headers=HTML
        )
        assert answer.status_code == 404 and "没有找到" in answer.text


def test_no_p1_value_is_on_the_page(office: Office) -> None:
    office.register(office.cast.unit, "H0001", "Wang Fu", phone="13812345678")
    office.member(office.cast.unit, "Zhao Mei", NUMBER)
    page = office.doors.browser("dora").get(f"/households/{office.cast.unit}").text
    assert NUMBER not in page and "999901********0018" in page
    assert "13812345678" not in page and "138****5678" in page


def test_showing_a_value_is_an_act_that_is_kept(office: Office) -> None:
    person = office.member(office.cast.unit, "Zhao Mei", NUMBER)
    browser = office.doors.browser("dora")
    answer = browser.post(
        f"/records/{person}/reveal", data={"path": "id_number"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert NUMBER in answer.text and "<html" not in answer.text
    [act] = office.acts("unmasked")
    assert (act.who, act.subject) == (office.cast.users["dora"], person)
    assert orjson.loads(act.detail) == {"path": "id_number"}
    assert NUMBER not in browser.get(f"/households/{office.cast.unit}").text


def test_without_script_the_value_has_a_page_of_its_own(office: Office) -> None:
    person = office.member(office.cast.unit, "Zhao Mei", NUMBER)
    page = office.doors.browser("dora").post(
        f"/records/{person}/reveal", data={"path": "id_number"}
    )
    assert NUMBER in page.text and "回到这一户" in page.text


def test_only_who_may_unmask_here_sees_the_value(office: Office) -> None:
    person = office.member(office.cast.unit, "Zhao Mei", NUMBER)
    told = {}
    for name in ("bob", "ivan", "charlie", "alice"):
        answer = office.doors.browser(name).post(
            f"/records/{person}/reveal", data={"path": "id_number"}
        )
        told[name] = answer.status_code
        assert (NUMBER in answer.text) == (name == "alice")
    assert told == {"bob": 403, "ivan": 403, "charlie": 404, "alice": 200}
    assert [act.who for act in office.acts("unmasked")] == [office.cast.users["alice"]]


def test_a_permission_reaches_no_further_than_the_grant_that_gives_it(office: Office) -> None:
    """Alice, cadre of one household, inspects the county too: she sees all, unmasks her own."""
    give(office.sessions, office.cast.users["alice"], "inspector", COUNTY)
    own = office.member(office.cast.unit, "Zhao Mei", NUMBER)
    other = office.member(office.cast.other_unit, "Qian Yu", NUMBER)
    browser = office.doors.browser("alice")
    assert "显示</button>" in browser.get(f"/households/{office.cast.unit}").text
    page = browser.get(f"/households/{office.cast.other_unit}")
    assert page.status_code == 200 and "显示</button>" not in page.text
    told = [
        browser.post(f"/records/{person}/reveal", data={"path": "id_number"}).status_code
        for person in (own, other)
    ]
    assert told == [200, 403]


def test_there_is_nothing_to_show_where_nothing_is_sealed(office: Office) -> None:
    browser = office.doors.browser("dora")
    for path in ("head_name", "nothing", ""):
        answer = browser.post(f"/records/{office.cast.unit}/reveal", data={"path": path})
        assert answer.status_code == 404
    assert browser.post(f"/records/{ids.new()}/reveal", data={"path": "phone"}).status_code == 404


def test_a_proposed_position_is_approved(office: Office) -> None:
    anchor = propose(office, office.cast.unit)
    browser = office.doors.browser("vera")
    assert "核准这个位置" in browser.get(f"/households/{office.cast.unit}").text
    answer = browser.post(
        f"/households/{office.cast.unit}/anchor", data={"anchor": anchor, "scattered": "yes"}
    )
    assert answer.status_code == 302
    assert state_of(office, anchor) == ("approved", True)
    page = browser.get(f"/households/{office.cast.unit}").text
    assert "位置已核准" in page and "核准这个位置" not in page


def test_a_new_position_replaces_the_old_one(office: Office) -> None:
    first, second = propose(office, office.cast.unit), propose(office, office.cast.unit, 31.7)
    browser = office.doors.browser("vera")
    for anchor in (first, second):
        browser.post(f"/households/{office.cast.unit}/anchor", data={"anchor": anchor})
    assert state_of(office, first) == ("replaced", False)
    assert state_of(office, second) == ("approved", False)


def test_positions_are_the_supervisors(office: Office) -> None:
    anchor = propose(office, office.cast.unit)
    for name in ("alice", "bob", "ivan", "charlie"):
        browser = office.doors.browser(name)
        answer = browser.post(f"/households/{office.cast.unit}/anchor", data={"anchor": anchor})
        assert answer.status_code == 403, name
    assert state_of(office, anchor) == ("proposed", False)


def test_another_households_position_is_not_taken_for_this_one(office: Office) -> None:
    elsewhere = propose(office, office.cast.other_unit)
    browser = office.doors.browser("dora")
    answer = browser.post(f"/households/{office.cast.unit}/anchor", data={"anchor": elsewhere})
    assert answer.status_code == 404
    assert browser.post(f"/households/{office.cast.unit}/anchor", data={}).status_code == 404
    assert state_of(office, elsewhere) == ("proposed", False)


def test_where_the_values_came_from_is_told(office: Office) -> None:
    rec = office.doors.visit(people__head_name="Wang Fu", living__water_source="tap")
    page = office.doors.browser("dora").get(f"/households/{office.cast.unit}").text
    history = page[page.index('id="history"') :]
    assert f"/visits/{rec}" in history
    assert '饮水来源：</span><span class="new">自来水' in history
    assert "Alice" in history and "Dora" in history


@ONE_KIND
def test_visits_a_month_are_counted_and_a_second_visitor_is_pointed_out(office: Office) -> None:
    """From all sides: the cadre's and the village worker's; the office's entry is no visit."""
    unit = office.cast.unit
    for name, at in (("alice", "2026-10-03"), ("vera", "2026-10-05")):
        line = ops.op(ids.new(), values=ops.visit(unit), at=f"{at}T10:00:00.000+08:00")
        office.sent(office.doors.push(office.doors.phone(name), name, line))
    page = words(office.doors.browser("dora").get(f"/households/{unit}").text)
    assert "2026-10： 2 次，2 人" in page or "2026-10：2 次，2 人" in page
    assert "7 天内第二个人上门" in page and "能合并的走访请合并" in page
    office.speak("dora", "en")
    assert (
        "A second visitor within 7 days"
        in office.doors.browser("dora").get(f"/households/{unit}").text
    )
