"""The log of acts: filtered, paged, within the area, without P1."""

import re

import orjson
import pytest

from server.auth import staff
from server.console.admin.audit import ACTS
from store import areas, audit, clock
from store.accounts import Device
from store.areas import Level
from store.db import begin_write
from store.records import Record
from tests.house.trees import ROOT
from tests.kit.doors import Doors
from tests.server.admin.pages import rows, words


def write(doors: Doors, who: str | None, act: str, subject: str = "x", **detail: object) -> None:
    with doors.sessions() as session:
        begin_write(session)
        audit.write(session, doors.cast.users[who] if who else None, act, subject, **detail)
        session.commit()


def test_an_act_is_told_with_who_when_and_about_whom(doors: Doors) -> None:
    doors.browser("dora").post(f"/staff/{doors.cast.users['alice']}/disable")
    table = rows(doors.browser("ada").get("/audit").text)
    [line] = [row for row in table if "停用账号" in row]
    assert "Dora dora" in line and "Alice alice" in line
    assert clock.local_text(clock.now(), "Asia/Shanghai", "%Y-%m-%d") in line


def test_filters_by_person_and_act(doors: Doors) -> None:
    for who, act in (("dora", "unmasked"), ("dora", "signed_in"), ("vera", "unmasked")):
        write(doors, who, act)
    ada = doors.browser("ada")

    def shown(query: str) -> list[str]:
        return rows(ada.get(f"/audit?{query}").text)

    assert {"Dora dora" in row for row in shown("who=dora")} == {True}
    assert len(shown("act=unmasked")) == 2
    assert len(shown("who=vera&act=unmasked")) == 1
    assert "没有符合的记录" in ada.get("/audit?who=nobody").text
    assert "没有符合的记录" in ada.get("/audit?act=nothing").text


def test_pages_follow_each_other_without_gap_or_repeat(doors: Doors) -> None:
    for n in range(120):
        write(doors, "dora", "counted", f"n{n:03}")
    ada, seen, path = doors.browser("ada"), [], "/audit?act=counted"
    while path:
        page = ada.get(path).text
        seen += re.findall(r'title="(n\d+)"', page)
        write(doors, "dora", "counted", "n999")
        following = re.search(r'href="(/audit\?[^"]+)" rel="next"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [f"n{n:03}" for n in reversed(range(120))]


def test_acts_of_other_counties_are_not_shown(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        areas.add(session, "999902000000", Level.COUNTY, None, "河东县")
        stranger = staff.add(session, "zoe", "Zoe", "admin", "999902000000", None)[0].id
        audit.write(session, stranger, "signed_in", stranger)
        audit.write(session, doors.cast.users["dora"], "password_reset", stranger)
        session.commit()
    page = words(doors.browser("cora").get("/audit").text)
    assert "zoe" not in page.replace("Dora dora 重置密码 Zoe zoe", "")
    assert "Dora dora 重置密码" in page


def test_what_the_server_did_itself_is_shown_as_such(doors: Doors) -> None:
    write(doors, None, "register_imported", "register", households=60)
    [line] = rows(doors.browser("ivan").get("/audit?act=register_imported").text)
    assert "系统" in line and "住户 60" in line


def test_every_act_that_is_written_down_has_words() -> None:
    """In the code they are plain strings; a new one must not reach the page as a bare name."""
    wrote = re.compile(r"audit\.write\([^()]*?,[^()]*?,\s*\"([a-z._]+)\"", re.S)
    rooms = ("server", "verify", "sync", "jobs")
    files = (file for room in rooms for file in (ROOT / room).rglob("*.py"))
    acts = {act for file in files for act in wrote.findall(file.read_text(encoding="utf-8"))}
    assert len(acts) > 5 and acts <= ACTS.keys()


def test_a_visit_a_phone_and_a_household_are_called_as_people_call_them(doors: Doors) -> None:
    device, visit = doors.cast.devices["alice"], doors.visit()
    with doors.sessions() as session:
        begin_write(session)
        home = session.get_one(Record, doors.cast.unit)
        home.doc = orjson.dumps({"set": {"hh_code": "H2010003"}}).decode()
        session.get_one(Device, device).label = "红色的手机"
        session.commit()
    for act, subject in (("visit.approved", visit), ("device_revoked", device)):
        write(doors, "dora", act, subject)
    write(doors, "dora", "unmasked", doors.cast.unit, path="phone")
    approved, revoked, unmasked = (
        next(row for row in rows(doors.browser("ada").get(f"/audit?act={act}").text))
        for act in ("visit.approved", "device_revoked", "unmasked")
    )
    assert "走访 H2010003" in approved
    assert "红色的手机" in revoked
    assert "查看隐去的内容 H2010003" in unmasked


def test_a_download_is_told_in_words(doors: Doors) -> None:
    doors.browser("dora").get("/households.xlsx?state=received")
    [line] = rows(doors.browser("ada").get("/audit?act=exported").text)
    assert "下载名单" in line and "住户名单" in line and "状态 已收到" in line
    assert "cadre" not in line and "search" not in line


def test_a_number_that_slipped_into_a_detail_is_starred(doors: Doors) -> None:
    write(doors, "dora", "odd", "x", note="13800005678 and 99990119800101001X")
    page = doors.browser("ada").get("/audit?act=odd").text
    assert "13800005678" not in page and "99990119800101001X" not in page and "***" in page


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "１２"])
def test_a_place_that_is_no_number_is_named(doors: Doors, before: str) -> None:
    assert doors.browser("ada").get("/audit", query_string={"before": before}).status_code == 422


@pytest.mark.parametrize("name", ["dora", "vera", "alice"])
def test_it_is_for_the_county_the_inspector_and_the_administrator(doors: Doors, name: str) -> None:
    assert doors.browser(name).get("/audit").status_code == 403
