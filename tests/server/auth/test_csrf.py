"""A browser's unsafe requests come from our own pages, or not at all."""

import pytest

from server.auth.guard import COOKIE
from tests.kit.doors import Doors, problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CODES = "/api/v1/enrol-codes"
BODY = {"login": "alice"}


def test_a_request_without_the_token_or_with_anothers_is_refused(doors: Doors) -> None:
    token, right = doors.session_of("dora")
    other = doors.session_of("cora")[1]
    client = doors.stranger()
    client.set_cookie(COOKIE, token)
    for sent in (None, "", "x", other, right + "x", right[:-1]):
        headers = {} if sent is None else {"X-CSRF-Token": sent}
        problem(client.post(CODES, json=BODY, headers=headers), 403, "csrf_failed")
    assert client.post(CODES, json=BODY, headers={"X-CSRF-Token": right}).status_code == 201


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_request_from_another_site_is_refused_even_with_the_token(
    doors: Doors, site: str
) -> None:
    browser = doors.browser("dora")
    answer = browser.post(CODES, json=BODY, headers={"Sec-Fetch-Site": site})
    problem(answer, 403, "csrf_failed")


def test_our_own_pages_and_older_browsers_pass(doors: Doors) -> None:
    browser = doors.browser("dora")
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
        assert browser.post(CODES, json=BODY, headers=headers).status_code == 201


def test_a_token_with_letters_that_no_token_has_is_refused(doors: Doors) -> None:
    browser = doors.browser("dora")
    browser.environ_base["HTTP_X_CSRF_TOKEN"] = "\xe9\xff"
    problem(browser.post(CODES, json=BODY), 403, "csrf_failed")


def test_phones_need_no_such_token(doors: Doors) -> None:
    assert doors.phone("dora").post(CODES, json=BODY).status_code == 201


def test_reading_needs_no_such_token(doors: Doors) -> None:
    browser = doors.browser("dora")
    browser.environ_base.pop("HTTP_X_CSRF_TOKEN")
    assert browser.get("/api/v1/me").status_code == 200
