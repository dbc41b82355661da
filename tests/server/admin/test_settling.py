"""The page of one conflict: both sides, their evidence, and a decision with its reason."""

import re

import pytest

from store import ids
from tests.kit import ops
from tests.kit.cast import COUNTY, EAST, WEST
from tests.kit.doors import Doors
from tests.server.admin.pages import acts, words
from tests.server.admin.test_disputes import SECRET, quarrel


def page_of(doors: Doors, name: str = "vera") -> str:
    listed = doors.browser(name).get("/conflicts").text
    found = re.search(r'href="(/conflicts/[0-9a-f-]{36})"', listed)
    assert found is not None
    return found.group(1)


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


def test_both_sides_stand_beside_each_other_with_who_and_when(doors: Doors) -> None:
    rec = quarrel(doors, income__wage=(36000, 42000))
    page = doors.browser("vera").get(page_of(doors)).text
    told = words(page)
    assert re.search(r"现在有效 先到 36000 谁 Alice", told)
    assert re.search(r"保留待定 后到 42000 谁 Bob", told)
    assert page.count(f'href="/visits/{rec}"') == 2 and "没有照片" in told


@pytest.mark.parametrize(
    ("choice", "value", "stands"),
    [("standing", "", 36000), ("waiting", "", 42000), ("other", "39000", 39000)],
)
def test_a_decision_closes_it_and_says_so(
    doors: Doors, choice: str, value: str, stands: int
) -> None:
    rec = quarrel(doors, income__wage=(36000, 42000))
    vera, path = doors.browser("vera"), page_of(doors)
    form = {
        "choice": choice,
        "value": value,
        "reason": "电话核实",
        "mark": mark(vera.get(path).text),
    }
    answer = vera.post(f"{path}/settle", data=form)
    assert answer.status_code == 302 and answer.headers["Location"] == "/conflicts"
    assert "已裁定" in vera.get("/conflicts").text
    visit = doors.phone("vera").get(f"/api/v1/visits/{rec}").json
    assert visit is not None and visit["doc"]["set"]["income/wage"] == stands
    assert "电话核实" in vera.get(path).text and path in vera.get("/conflicts?state=settled").text
    assert len(acts(doors.sessions, "conflict.settled")) == 1


@pytest.mark.parametrize(
    ("form", "words_"),
    [
        ({"choice": "waiting", "reason": " "}, "请写明理由"),
        ({"choice": "other", "value": "", "reason": "查过了"}, "请填一个合适的值"),
        ({"choice": "other", "value": "许多", "reason": "查过了"}, "请填一个合适的值"),
        ({"reason": "查过了"}, "请选择一个值"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    doors: Doors, form: dict[str, str], words_: str
) -> None:
    quarrel(doors, income__wage=(36000, 42000))
    answer = doors.browser("vera").post(f"{page_of(doors)}/settle", data=form)
    assert answer.status_code == 422 and words_ in answer.text
    assert form["reason"].strip() in answer.text


def test_a_removal_names_the_person_and_offers_no_third_way(doors: Doors) -> None:
    rec = doors.visit()
    row = {"full_name": "王一", "id_number": SECRET}
    rows = {"people/members": {"aaaaaaaa": row}}
    doors.push(doors.phone("alice"), "alice", ops.op(rec, 2, 1, rows=rows))
    edit = {"people/members": {"aaaaaaaa": {"full_name": "王壹"}}}
    doors.push(doors.phone("alice"), "alice", ops.op(rec, 3, 2, rows=edit))
    gone = ops.op(rec, 2, 2, **{"del": ["people/members[aaaaaaaa]"]})
    doors.push(doors.phone("bob"), "bob", gone)
    vera, path = doors.browser("vera"), page_of(doors)
    page = vera.get(path).text
    assert "留还是删：王壹" in page and 'value="other"' not in page and SECRET not in page
    opened = vera.post(f"{path}/open").text
    assert SECRET in opened and len(acts(doors.sessions, "unmasked")) == 1
    form = {"choice": "waiting", "reason": "已去世", "mark": mark(page)}
    assert vera.post(f"{path}/settle", data=form).status_code == 302


def test_the_inspector_reads_and_decides_nothing(doors: Doors) -> None:
    quarrel(doors, income__wage=(36000, 42000))
    ivan, path = doors.browser("ivan"), page_of(doors)
    page = ivan.get(path).text
    assert "您可以查看，不能裁定" in page and "/settle" not in page
    assert ivan.post(f"{path}/settle", data={"choice": "waiting", "reason": "x"}).status_code == 403


def test_one_of_the_two_is_told_that_somebody_else_decides(doors: Doors) -> None:
    rec = doors.visit()
    for name, wage in (("alice", 1), ("vera", 2)):
        line = ops.op(rec, 2, 1, values={"income/wage": wage})
        doors.push(doors.phone(name), name, line)
    vera, path = doors.browser("vera"), page_of(doors)
    assert "要由别人来裁定" in vera.get(path).text
    answer = vera.post(f"{path}/settle", data={"choice": "waiting", "reason": "x"})
    assert answer.status_code == 403 and "要由别人来裁定" in answer.text


def test_what_changed_meanwhile_is_looked_at_again(doors: Doors) -> None:
    rec = quarrel(doors, income__wage=(36000, 42000))
    vera, path = doors.browser("vera"), page_of(doors)
    form = {"choice": "waiting", "reason": "电话核实", "mark": mark(vera.get(path).text)}
    doors.push(doors.phone("dora"), "dora", ops.op(rec, 1, 1, values={"income/wage": 5}))
    answer = vera.post(f"{path}/settle", data=form)
    assert answer.status_code == 409 and "请再看一遍" in answer.text and "电话核实" in answer.text


def test_waiting_ops_are_let_go_from_the_page(doors: Doors) -> None:
    rec = doors.visit()
    line = ops.op(rec, 3, 1, values={"income/wage": 3}, after=ids.new())
    doors.push(doors.phone("alice"), "alice", line)
    odd = ops.op(ids.new(), 4, form="nothing", values={"household": doors.cast.unit})
    doors.push(doors.phone("alice"), "alice", odd)
    vera, origin = doors.browser("vera"), doors.cast.devices["alice"]
    assert "等前一条的" in vera.get("/quarantine").text
    assert vera.post(f"/quarantine/{origin}/{line['op']}/release").status_code == 302
    assert "已放行" in vera.get("/quarantine").text
    vera.post(f"/quarantine/{origin}/{odd['op']}/release")
    page = vera.get("/quarantine").text
    assert "还不能并入" in page and "等前一条的" not in page


def test_a_household_is_given_on_from_its_page(doors: Doors) -> None:
    doors.visit()
    dora, path = doors.browser("dora"), f"/households/{doors.cast.unit}"
    assert "换干部或换村组" in dora.get(path).text
    form = {"login": "charlie", "area": "", "reason": "换人"}
    assert dora.post(f"{path}/reassign", data=form).status_code == 302
    assert "帮扶干部：Charlie" in words(dora.get(path).text).replace(" ", "")
    assert "换干部或换村组" not in doors.browser("ivan").get(path).text
    assert doors.browser("ivan").post(f"{path}/reassign", data=form).status_code == 403


@pytest.mark.parametrize(
    ("form", "status", "zh", "en"),
    [
        ({"login": "alice"}, 422, "本来就归这位干部", "with this cadre already"),
        ({"login": "bob"}, 422, "这个人不是帮扶干部", "This person is no cadre"),
        ({"login": "nobody"}, 404, "您的辖区里没有这个人", "no such person in your area"),
        ({"area": EAST}, 422, "本来就在这里", "stands here already"),
        ({"area": COUNTY}, 404, "没有这个村组，或者不归您管", "no such village or group"),
        ({"area": "nowhere"}, 404, "没有这个村组，或者不归您管", "no such village or group"),
        ({"login": "charlie", "reason": " "}, 422, "请写理由", "Say why, in at most 200"),
        (
            {"login": "charlie", "area": WEST, "reason": "长" * 201},
            422,
            "不超过 200 个字",
            "Say why",
        ),
    ],
)
def test_what_is_wrong_with_a_reassignment_stands_beside_its_field(
    doors: Doors, form: dict[str, str], status: int, zh: str, en: str
) -> None:
    doors.visit()
    dora, path = doors.browser("dora"), f"/households/{doors.cast.unit}"
    sent = {"login": "", "area": "", "reason": "搬到女儿家"} | form
    for language, told in (("zh", zh), ("en", en)):
        dora.post("/lang", data={"lang": language, "next": "/"})
        answer = dora.post(f"{path}/reassign", data=sent)
        page = answer.text
        assert answer.status_code == status and told in page
        assert '<details class="more" open>' in page
        assert f'name="reason" value="{sent["reason"].strip()}"' in page
        for chosen in {"charlie", WEST} & set(sent.values()):
            assert f'value="{chosen}" selected' in page
    assert "帮扶干部：Alice" in words(doors.browser("vera").get(path).text).replace(" ", "")


def test_a_household_that_is_not_theirs_is_no_matter_of_a_field(doors: Doors) -> None:
    form = {"login": "alice", "area": "", "reason": "换人"}
    answer = doors.browser("vera").post(f"/households/{doors.cast.other_unit}/reassign", data=form)
    assert answer.status_code == 404 and 'role="alert"' not in answer.text
