"""A refusal is a page that says what to do, in the reader's language; programs get JSON."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.auth.guard import public
from server.console import errors
from server.problems import STATUS
from server.transaction import StoreUnavailable
from tests.server.console.conftest import CHINESE, HTML, ONE_KIND, Office, words

pytestmark = ONE_KIND


@pytest.fixture
def broken(app: Flask) -> Flask:
    """An app with two pages that fail, as no real one should."""

    @app.get("/broken")
    @public
    def broken() -> str:
        raise ZeroDivisionError

    @app.get("/away")
    @public
    def away() -> str:
        raise StoreUnavailable

    return app


def test_a_fault_of_ours_gives_a_ticket_and_no_detail(broken: Flask) -> None:
    answer = broken.test_client().get("/broken", headers=HTML)
    assert answer.status_code == 500
    assert "系统出错了" in answer.text and "编号" in answer.text
    assert "ZeroDivisionError" not in answer.text and "Traceback" not in answer.text


def test_without_a_database_the_page_still_speaks(broken: Flask) -> None:
    answer = broken.test_client().get("/away", headers=HTML)
    assert answer.status_code == 503
    assert "系统暂时没有响应" in answer.text and answer.headers["Retry-After"] == "5"


def test_a_page_that_is_not_there_leads_home(client: FlaskClient) -> None:
    answer = client.get("/nothing/here", headers=HTML)
    assert answer.status_code == 404
    assert "没有找到" in answer.text and 'href="/"' in answer.text and "not_found" in answer.text


def test_a_program_is_told_in_json(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing", headers=HTML)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_role_that_does_not_include_it_is_told_kindly(office: Office) -> None:
    answer = office.doors.browser("alice").get("/households.xlsx", headers=HTML)
    assert answer.status_code == 403 and "您没有做这件事的权限" in answer.text


@pytest.mark.parametrize("status", sorted({*STATUS.values(), 400, 405, 500}))
def test_every_status_has_a_whole_page_in_both_languages(app: Flask, status: int) -> None:
    problem = {"status": status, "code": "some_code", "detail": "ticket abc", "fields": {}}
    with app.test_request_context("/"):
        chinese = words(errors.render(problem))
    with app.test_request_context("/", headers={"Cookie": "ruhu_lang=en"}):
        english = words(errors.render(problem)).replace("中文", "")
    assert CHINESE.search(chinese) and not CHINESE.search(english)


def test_no_page_repeats_what_was_sent_as_markup(client: FlaskClient) -> None:
    answer = client.get("/<script>alert(1)</script>", headers=HTML)
    assert "<script>alert" not in answer.text
