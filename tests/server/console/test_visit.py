"""The page of a visit: answers, evidence, what is to be checked, history."""

import re

import orjson

from store import clock, ids
from store.db import begin_write
from store.findings import CheckRun, Evaluation
from store.records import Record
from tests.kit import ops
from tests.kit.doors import Doors
from tests.server.console.conftest import HTML, Office, words

SHA = "ab" * 32
PHOTO = {"sha256": SHA, "size": 3, "mime": "image/jpeg", "role": "house_front", "gps": None}


def page(office: Office, rec: str, name: str = "dora") -> str:
    answer = office.doors.browser(name).get(f"/visits/{rec}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_answers_stand_in_the_forms_words(office: Office) -> None:
    rec = office.doors.visit(living__water_source="tap", income__wage=36000)
    said = words(page(office, rec))
    assert "住房和饮水 饮水来源 自来水" in said
    assert "工资性收入 36,000" in said
    assert "这次走访的情况 见到家人" in said


def test_a_value_that_no_question_names_is_shown(office: Office) -> None:
    rec = office.doors.visit(living__water_source="moonwater")
    with office.sessions() as session:
        begin_write(session)
        kept = session.get_one(Record, rec)
        doc = orjson.loads(kept.doc)
        doc["set"]["attic/height"] = {"odd": [1, True]}
        kept.doc = orjson.dumps(doc).decode()
        session.commit()
    said = words(page(office, rec))
    assert "attic/height odd: 1、是" in said and "moonwater" in said


def test_a_number_written_where_no_question_asks_for_it_is_masked(office: Office) -> None:
    told = {"attic/card": "6222020200112233445", "people/met_name": "王一 13812345678"}
    text = page(office, office.doors.visit(living__water_source="13812345679", **told))
    assert "王一 ***" in text and "attic/card" in text
    assert "622202" not in text and "1381234567" not in text


def test_a_visit_of_an_unknown_form_is_shown_by_its_paths(office: Office) -> None:
    rec = office.doors.visit(living__water_source="tap")
    with office.sessions() as session:
        begin_write(session)
        session.get_one(Record, rec).form_v = "1999.1"
        session.commit()
    assert "living/water_source tap" in words(page(office, rec))


def test_members_stand_as_rows_with_numbers_masked(office: Office) -> None:
    rec = ids.new()
    row = {"full_name": "Zhao Mei", "relation": "02", "id_number": "999901198502030018"}
    line = ops.op(
        rec, values=ops.visit(office.cast.unit), rows={"people/members": {"abcd1234": row}}
    )
    office.sent(office.doors.push(office.doors.phone("alice"), "alice", line))
    told = page(office, rec)
    assert "999901198502030018" not in told
    assert "Zhao Mei 配偶 999901********0018 显示" in words(told)
    answer = office.doors.browser("dora").post(
        f"/records/{rec}/reveal", data={"path": "people/members[abcd1234]/id_number"}
    )
    assert "999901198502030018" in answer.text


def test_what_is_to_be_checked_stands_with_its_figures(office: Office) -> None:
    rec = office.doors.visit()
    office.doubt(rec)
    told = page(office, rec)
    said = words(told)
    assert "待核实：定位较远 到达时的位置 · 规则 D08" in said
    assert "相距（米） 2003.4" in said and "odd_figure 7" in said
    assert 'href="/checks#D08"' in told


def test_whoever_made_a_visit_may_read_how_a_doubt_was_found(office: Office) -> None:
    rec = office.doors.visit()
    office.doubt(rec)
    assert 'href="/checks#D08"' in page(office, rec, "alice")
    assert office.doors.browser("alice").get("/checks").status_code == 200


def test_checks_that_did_not_run_say_why(office: Office) -> None:
    rec = office.doors.visit()
    note = {"rule": "D08", "zh": "这户还没有核准的位置", "en": "no position"}
    with office.sessions() as session:
        begin_write(session)
        session.add(
            CheckRun(
                rec=rec, rec_version=1, check="place", ran_at=clock.now(),
                notes=orjson.dumps([note]).decode(),
            )
        )  # fmt: skip
        session.commit()
    assert "没有进行的核查 这户还没有核准的位置（D08）" in words(page(office, rec))


def test_the_servers_own_total_and_faults_stand_beside_the_phones(office: Office) -> None:
    rec = office.doors.visit(income__wage=100, income__total=999)
    results = {
        "values": {"income/total": 100, "income/net": 100},
        "irrelevant": [],
        "faults": [
            {"path": "people/met_who", "rule": "required", "zh": "还没有填写", "en": "empty"}
        ],
    }
    with office.sessions() as session:
        begin_write(session)
        text = orjson.dumps(results).decode()
        session.add(Evaluation(rec=rec, version=1, results=text, evaluated_at=clock.now()))
        session.commit()
    said = words(page(office, rec, "ivan"))
    assert "家庭年总收入 999 服务器重新计算： 100" in said
    assert "见到了谁 — 待核实：还没有填写" in said
    assert said.count("服务器重新计算") == 1


def test_a_photo_on_its_way_is_said_to_be_missing(office: Office) -> None:
    rec = office.doors.visit(evidence__photo_front=PHOTO)
    told = page(office, rec)
    said = words(told)
    assert "照片 0/1" in said and "照片未到" in said and "还有 1 张照片没有传到" in said
    assert f"/api/v1/media/{SHA}/thumb" not in told


def test_the_map_tells_anchor_and_fix_without_any_tiles(office: Office) -> None:
    rec = ids.new()
    fix = {"lat": 31.62, "lon": 107.93, "acc": 8.0, "at": clock.now(), "mock": False}
    line = ops.op(rec, values=ops.visit(office.cast.unit), fix=fix)
    office.sent(office.doors.push(office.doors.phone("alice"), "alice", line))
    told = page(office, rec)
    found = re.search(r"data-map='([^']+)'", told)
    assert found is not None
    drawn = orjson.loads(found[1])
    assert drawn["tiles"] == ""
    assert [(p["lat"], p["lon"], p["acc"], p["kind"]) for p in drawn["points"]] == [
        (31.62, 107.93, 8.0, "fix")
    ]
    assert "没有配置地图底图" in told


def test_a_visit_elsewhere_does_not_exist_for_me(office: Office) -> None:
    rec = office.doors.visit("charlie", office.cast.other_unit)
    for name in ("alice", "bob", "vera"):
        answer = office.doors.browser(name).get(f"/visits/{rec}", headers=HTML)
        assert answer.status_code == 404
    assert office.doors.browser("dora").get(f"/visits/{ids.new()}").status_code == 404


def test_two_phones_values_stand_side_by_side(office: Office) -> None:
    office.register(office.cast.unit, "H0001", "Wang Fu", water_source="well")
    seen = {office.cast.unit: 2}
    for name, water in (("alice", "open_well"), ("bob", "rain")):
        rec = ids.new()
        told = ops.visit(office.cast.unit, living__water_source=water)
        office.sent(
            office.doors.push(office.doors.phone(name), name, ops.op(rec, values=told, seen=seen))
        )
    said = words(page(office, rec))
    assert "饮水来源 待定" in said
    assert "双方改之前 受保护的井或泉" in said
    assert "现在的值 未受保护的井或泉 Alice" in said
    assert "后到的值 雨水窖 Bob" in said


def test_history_tells_each_change_with_old_and_new(office: Office) -> None:
    rec = office.doors.visit(income__wage=360000)
    office.edit(rec, 1, income__wage=36000)
    said = words(page(office, rec).partition('id="history"')[2].join(["<body>", ""]))
    assert "收到修改 · Alice · phone" in said
    assert "工资性收入： 360,000 → 36,000" in said
    assert said.index("收到修改") < said.index("收到 · Alice")


def test_what_came_too_late_to_stand_is_told_and_masked(office: Office) -> None:
    rec = office.doors.visit(income__wage=1, people__phone="13800000001")
    office.edit(rec, 1, n=3, income__wage=3, people__phone="13800000003")
    office.edit(rec, 1, n=2, income__wage=2, people__phone="13800000002")
    told = page(office, rec)
    said = words("<body>" + told[told.index('id="history"') :])
    assert "只进了历史，没有改动现值" in said
    aside = said[said.index("送到了但没有采用：") :]
    assert "工资性收入： 3 → 2" in aside and "联系电话： 138****0003 → 138****0002" in aside
    assert "1380000000" not in told


def test_an_offices_entry_is_shown_but_reviewed_by_nobody(office: Office) -> None:
    rec = office.register(office.cast.unit, "H0001", "Wang Fu")
    told = page(office, rec, "ada")
    assert "户籍册登记" in told and 'id="review"' not in told


def test_the_review_is_not_offered_to_those_who_may_not(office: Office) -> None:
    rec = office.doors.visit()
    for name in ("alice", "bob", "ivan"):
        told = page(office, rec, name)
        assert 'id="review"' not in told and "意见" not in words(told), name


def test_pages_carry_nothing_inline(office: Office, doors: Doors) -> None:
    rec = office.doors.visit(evidence__photo_front=PHOTO)
    office.doubt(rec)
    browser = doors.browser("dora")
    for path in ("/", "/password", f"/visits/{rec}", f"/households/{office.cast.unit}"):
        told = browser.get(path).text
        assert " style=" not in told and "<style" not in told, path
        assert not re.search(r"\son[a-z]+=", told), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", told), path
