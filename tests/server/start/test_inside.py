"""Opened inside a chat program, the pages say how to leave it."""

import pytest
from flask.testing import FlaskClient

from tests.server.start.conftest import ANDROID

AGENTS = {
    "微信": f"{ANDROID} MMWEBID/1 MicroMessenger/8.0.40.2420 WeChat/arm64 NetType/WIFI",
    "企业微信": f"{ANDROID} wxwork/4.1.6 MicroMessenger/7.0.1 Language/zh",
    "QQ": f"{ANDROID} V1_AND_SQ_8.9.68 QQ/8.9.68.11565 NetType/WIFI",
    "钉钉": f"{ANDROID} AliApp(DingTalk/7.0.50) com.alibaba.android.rimet",
}


@pytest.mark.parametrize("name", AGENTS)
@pytest.mark.parametrize("path", ["/start", "/enrol", "/app/"])
def test_each_of_them_is_known_on_each_page(stranger: FlaskClient, name: str, path: str) -> None:
    answer = stranger.get(path, headers={"User-Agent": AGENTS[name]})
    assert answer.status_code == 200
    assert f"您正在{name}里看这一页" in answer.text and "在浏览器打开" in answer.text
    assert f'<code id="address">https://192.168.1.20:8080{path}</code>' in answer.text
    assert "User-Agent" in answer.headers["Vary"]


def test_the_small_door_says_so_too(outside: FlaskClient) -> None:
    answer = outside.get("/start", headers={"User-Agent": AGENTS["微信"]})
    assert "您正在微信里看这一页" in answer.text


@pytest.mark.parametrize(
    "agent",
    [ANDROID, f"{ANDROID} MQQBrowser/13.7", f"{ANDROID} HuaweiBrowser/14.0", ""],
)
def test_whole_browsers_are_left_alone(stranger: FlaskClient, agent: str) -> None:
    assert "在浏览器打开" not in stranger.get("/start", headers={"User-Agent": agent}).text


def test_in_english_too(stranger: FlaskClient) -> None:
    agent = {"User-Agent": AGENTS["微信"], "Accept-Language": "en"}
    page = stranger.get("/enrol", headers=agent).text
    assert "You opened this page inside WeChat" in page and "Open in browser" in page


def test_what_the_app_fetches_is_never_replaced_by_words(stranger: FlaskClient) -> None:
    answer = stranger.get("/app/sw.js", headers={"User-Agent": AGENTS["微信"]})
    assert answer.content_type.startswith("text/javascript")
