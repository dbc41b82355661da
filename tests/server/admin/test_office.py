"""Who sees which page of the office, in which language."""

import re

import pytest
from flask import Flask

from server.console.admin.sections import SECTIONS
from server.console.words import ROLES
from store.accounts import User
from tests.kit.doors import Doors
from tests.server.admin.pages import HTML, OFFICE, words

CLOSED = {
    "vera": {"/staff", "/audit", "/hours"},
    "dora": {"/audit"},
    "cora": set(),
    "ivan": {"/devices", "/devices/health", "/hours", "/staff"},
    "ada": set(),
    "alice": set(OFFICE) - {"/checks"},
    "bob": set(OFFICE) - {"/checks"},
}


@pytest.mark.parametrize("name", CLOSED)
def test_each_role_opens_its_pages_and_no_other(doors: Doors, name: str) -> None:
    browser = doors.browser(name)
    closed = {path for path in OFFICE if browser.get(path).status_code == 403}
    opened = {path for path in OFFICE if browser.get(path).status_code == 200}
    assert closed == CLOSED[name]
    assert opened == set(OFFICE) - CLOSED[name]


def test_a_stranger_is_led_to_the_sign_in_page(doors: Doors) -> None:
    for path in OFFICE:
        answer = doors.stranger().get(path, headers=HTML)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login?next=")


def test_the_tabs_lead_only_where_the_reader_may_go(doors: Doors, app: Flask) -> None:
    for name in ("vera", "ivan", "ada"):
        browser = doors.browser(name)
        page = browser.get("/office").text
        with app.test_request_context():
            paths = {app.url_for(s.endpoint) for s in SECTIONS}
        tabs = re.search(r'<nav class="tabs".*?</nav>', page, re.S)
        assert tabs is not None
        shown = set(re.findall(r'href="([^"]+)"', tabs.group()))
        assert shown == paths - CLOSED[name]


def test_a_cadre_does_not_even_see_the_entry(doors: Doors) -> None:
    assert 'href="/office"' not in doors.browser("alice").get("/").text
    assert 'href="/office"' in doors.browser("vera").get("/").text


def test_in_english_no_chinese_is_left_but_names_and_what_forms_say(doors: Doors) -> None:
    browser = doors.browser("ada")
    with doors.sessions() as session:
        session.get_one(User, doors.cast.users["ada"]).lang = "en"
        session.commit()
    for path in set(OFFICE) - {"/forms/household_visit/2026.3"}:
        page = browser.get(path).text.replace("中文", "")
        assert not re.search(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]", words(page)), path
    assert words(browser.get("/staff").text).count(ROLES["cadre"][1]) >= 2


def test_pages_carry_nothing_inline(doors: Doors) -> None:
    browser = doors.browser("ada")
    for path in (*OFFICE, "/enrol", "/api/docs"):
        page = browser.get(path).text
        assert " style=" not in page and "<style" not in page, path
        assert not re.search(r"\son[a-z]+=", page), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), path
