"""The page behind an enrolment code's QR hands the code to the app, unseen by the server."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from server.auth import enrol
from server.config import Settings
from tests.kit.browser import browser
from tests.kit.live import serve
from tests.server.start.test_inside import AGENTS


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def url(make: Callable[[Settings], Flask], lan: Settings) -> Iterator[str]:
    """The whole server on loopback, which browsers hold for secure."""
    with serve(make(replace(lan, lan=False, tls_cert="", tls_key=""))) as base:
        yield base


def test_it_says_what_stands_in_the_way(stranger: FlaskClient) -> None:
    page = stranger.get("/enrol").text
    assert f"{enrol.MINUTES} 分钟" in page
    assert "<noscript>" in page and "关闭了 JavaScript" in page
    assert 'href="http://192.168.1.20:8081/start"' in page
    assert "没有装好" not in page


def test_without_a_built_app_the_code_can_be_read(stranger: FlaskClient, dist: Path) -> None:
    shutil.rmtree(dist)
    page = stranger.get("/enrol").text
    assert "填报应用还没有装好" in page and 'data-app=""' in page


@pytest.mark.parametrize("typed", ["7KQ2M-XW9D4", "7kq2mxw9d4"])
def test_a_browser_goes_on_to_the_app_with_the_code(
    chromium: Browser, url: str, typed: str
) -> None:
    page = chromium.new_page()
    page.goto(f"{url}/enrol#{typed}")
    page.wait_for_url(f"{url}/app/#/enrol/7KQ2M-XW9D4")
    assert page.title() == "入户"
    page.close()


def test_without_a_code_it_stays_and_says_so(chromium: Browser, url: str) -> None:
    page = chromium.new_page()
    page.goto(f"{url}/enrol")
    assert page.is_visible("#without-code") and not page.is_visible("#with-code")
    page.goto(f"{url}/enrol#short")
    assert page.is_visible("#without-code") and page.url.endswith("/enrol#short")
    page.close()


def test_a_chat_programs_page_keeps_the_code_in_the_address(chromium: Browser, url: str) -> None:
    context = chromium.new_context(user_agent=AGENTS["微信"], locale="zh-CN")
    page = context.new_page()
    page.goto(f"{url}/enrol#7KQ2M-XW9D4")
    assert page.url == f"{url}/enrol#7KQ2M-XW9D4"
    assert page.inner_text("#address") == f"{url}/enrol#7KQ2M-XW9D4"
    page.click("a.lang")
    assert page.url == f"{url}/enrol?lang=en#7KQ2M-XW9D4"
    assert page.inner_text("#address").endswith("/enrol?lang=en#7KQ2M-XW9D4")
    context.close()
