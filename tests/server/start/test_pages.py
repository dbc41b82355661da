"""The start page: three steps for a stranger's phone, and the certificate it hands out."""

import plistlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from server.config import Settings
from server.tls import reading
from tests.server.start.conftest import IPHONE
from tests.server.tls import papers

CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]")


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body")[2]).split())


def test_three_steps_in_order(outside: FlaskClient, lan: Settings) -> None:
    page = outside.get("/start").text
    places = [page.index(f"<h2>{head}") for head in ("安装证书", "试一试", "打开填报应用")]
    assert places == sorted(places)
    assert 'href="/start/ruhu-ca.crt"' in page
    assert 'href="https://192.168.1.20:8080/start"' in page
    assert 'href="https://192.168.1.20:8080/app/"' in page
    told = reading.fingerprint(reading.authority(lan.home)).split(":")
    assert re.findall(r"<span>([0-9A-F]{2})</span>", page) == told


@pytest.mark.parametrize(("agent", "first"), [(None, "安卓"), (IPHONE, "苹果手机")])
def test_the_visitors_own_system_comes_first(
    outside: FlaskClient, agent: str | None, first: str
) -> None:
    page = outside.get("/start", headers={"User-Agent": agent} if agent else {}).text
    [one, other] = re.findall(r'<details class="system"( open)?>\s*<summary><h3>([^<、]+)', page)
    assert one == (" open", first) and other[0] == ""


def test_every_picture_is_there_in_both_languages(outside: FlaskClient) -> None:
    for lang in ("zh", "en"):
        page = outside.get(f"/start?lang={lang}").text
        pictures = re.findall(r'src="(/start/static/pictures/[^"]+)"', page)
        assert len(pictures) == 9
        for path in pictures:
            answer = outside.get(path)
            assert answer.status_code == 200 and answer.content_type.startswith("image/svg+xml")
            assert bool(CHINESE.search(answer.text.replace("入户", ""))) is (lang == "zh"), path
            assert "immutable" in answer.headers["Cache-Control"] or answer.cache_control.max_age


def test_english_is_whole_and_asked_for_in_three_ways(outside: FlaskClient) -> None:
    asked = outside.get("/start?lang=en", headers={"Accept-Language": "zh-CN"})
    assert "Get the phone ready" in asked.text
    left = words(asked.text).replace("中文", "").replace("入户 Ruhu", "")
    assert not CHINESE.search(left), left
    assert "Get the phone ready" in outside.get("/start").text  # remembered
    outside.delete_cookie("ruhu_lang", domain="192.168.1.20")
    spoken = outside.get("/start", headers={"Accept-Language": "en-GB,en;q=0.8"})
    assert "Get the phone ready" in spoken.text and "Accept-Language" in spoken.headers["Vary"]
    assert "把手机准备好" in outside.get("/start").text


def test_nothing_is_inline(outside: FlaskClient, stranger: FlaskClient) -> None:
    for client, path in ((outside, "/start"), (stranger, "/enrol"), (stranger, "/start")):
        answer = client.get(path)
        assert " style=" not in answer.text and "<style" not in answer.text
        assert not re.search(r"\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.text)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_certificate_is_the_authoritys_and_holds_no_key(
    outside: FlaskClient, lan: Settings
) -> None:
    answer = outside.get("/start/ruhu-ca.crt")
    assert answer.content_type == "application/x-x509-ca-cert"
    assert "ruhu-ca.crt" in answer.headers["Content-Disposition"]
    assert x509.load_der_x509_certificate(answer.data) == reading.authority(lan.home)


def test_the_profile_installs_the_same_certificate_and_nothing_else(
    outside: FlaskClient, lan: Settings
) -> None:
    answer = outside.get("/start/ruhu-ca.mobileconfig")
    assert answer.content_type == "application/x-apple-aspen-config"
    told = plistlib.loads(answer.data)
    assert told["PayloadType"] == "Configuration"
    [content] = told["PayloadContent"]
    assert content["PayloadType"] == "com.apple.security.root"
    assert content["PayloadContent"] == reading.der(reading.authority(lan.home))
    assert told["PayloadDisplayName"].startswith("入户 Ruhu")
    assert plistlib.loads(outside.get("/start/ruhu-ca.mobileconfig").data) == told


def test_by_https_what_is_done_is_folded(stranger: FlaskClient) -> None:
    page = stranger.get("/start").text
    assert "成了" in page
    folded = re.findall(r'<details class="step"( open)?>', page)
    assert folded == ["", "", " open"]


def test_an_official_certificate_leaves_step_one_out(
    make: Callable[[Settings], Flask], lan: Settings, tmp_path: Path
) -> None:
    cert, key = papers.official(tmp_path)
    client = make(replace(lan, tls_cert=str(cert), tls_key=str(key))).test_client()
    page = client.get("/start").text
    assert "安装证书" not in page and page.count('class="number"') == 2
    assert 'href="https://ruhu.example.cn:8080/app/"' in page
    for path in ("/start/ruhu-ca.crt", "/start/ruhu-ca.mobileconfig"):
        assert client.get(path).status_code == 404


def test_a_server_without_https_says_what_will_not_work(
    make: Callable[[Settings], Flask], lan: Settings
) -> None:
    plain = replace(lan, lan=False, tls_cert="", tls_key="")
    page = make(plain).test_client().get("/start").text
    assert "没有开 HTTPS" in page and "安装证书" not in page
