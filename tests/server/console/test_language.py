"""Both languages, whole: before and after signing in."""

import re

import pytest
from flask.testing import FlaskClient

from store.accounts import User
from tests.kit.doors import PASSWORD, Doors
from tests.server.console.conftest import CHINESE, HTML, ONE_KIND, Office, sign_in, token, words

pytestmark = ONE_KIND


def switch(client: FlaskClient, page: str, lang: str) -> None:
    form = {"csrf_token": token(client.get(page).text), "lang": lang, "next": page}
    answer = client.post("/lang", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)


def english(page: str) -> str:
    """What an English page says, less the button that leads to Chinese."""
    said = words(page)
    assert said.count("中文") == 1
    return said.replace("中文", "")


def test_a_stranger_chooses_and_keeps_the_language_when_signed_in(
    doors: Doors, client: FlaskClient
) -> None:
    doors.password("dora")
    assert "登录入户系统" in client.get("/login").text
    switch(client, "/login", "en")
    assert not CHINESE.search(english(client.get("/login").text))
    sign_in(client, "dora", PASSWORD)
    assert "Households" in client.get("/").text
    with doors.sessions() as session:
        assert session.get_one(User, doors.cast.users["dora"]).lang == "en"


def test_the_choice_of_somebody_signed_in_is_theirs_everywhere(doors: Doors) -> None:
    here, elsewhere = doors.browser("dora"), doors.browser("dora")
    switch(here, "/?state=away", "en")
    assert "Households" in elsewhere.get("/").text


def test_an_unknown_language_changes_nothing(doors: Doors) -> None:
    browser = doors.browser("dora")
    switch(browser, "/", "xx")
    assert "住户" in browser.get("/").text


def test_switching_needs_a_token_of_ours(doors: Doors, client: FlaskClient) -> None:
    assert client.post("/lang", data={"lang": "en"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/password", "/nothing/here", "/households/nothing"])
def test_english_pages_have_no_chinese_left(office: Office, path: str) -> None:
    office.speak("dora", "en")
    browser = office.doors.browser("dora")
    browser.set_cookie("ruhu_lang", "en")
    assert not CHINESE.search(english(browser.get(path, headers=HTML).text))


def test_an_english_visit_and_household_are_english_throughout(office: Office) -> None:
    rec = office.doors.visit(door__no_fix="yes", people__phone="13812345678", income__wage=10)
    office.doubt(rec)
    office.speak("dora", "en")
    browser = office.doors.browser("dora")
    for path in (f"/visits/{rec}", f"/households/{office.cast.unit}"):
        said = english(browser.get(path).text)
        assert not CHINESE.search(said.replace("云溪县", "")), re.findall(CHINESE, said)
        assert "Met the household" in said


def test_chinese_pages_have_no_english_sentence_left(office: Office) -> None:
    rec = office.doors.visit(income__wage=10)
    browser = office.doors.browser("dora")
    for path in ("/", "/password", f"/visits/{rec}", f"/households/{office.cast.unit}"):
        said = words(browser.get(path).text)
        assert not re.search(r"\b(the|and|your|visit|photos?|approve[d]?)\b", said, re.I), path
