"""Style and script: open to all, kept long, named by their content."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.console import assets
from tests.server.console.conftest import ONE_KIND

PAGE_FILES = ("console.css", "console.js", "evidence.js", "icon.svg")


@ONE_KIND
def test_a_page_names_its_files_by_their_content(client: FlaskClient) -> None:
    page = client.get("/login").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert any(path.startswith("/static/console.css?v=") for path in named)
    for path in named:
        answer = client.get(path, buffered=True)
        assert answer.status_code == 200, path
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "public" in answer.headers["Cache-Control"]


@ONE_KIND
@pytest.mark.parametrize("path", ["/static/", "/static/../app.py", "/static/nothing.css"])
def test_nothing_beside_the_folder_is_given_out(client: FlaskClient, path: str) -> None:
    assert client.get(path, buffered=True).status_code == 404


@ONE_KIND
@pytest.mark.parametrize("name", PAGE_FILES)
def test_another_content_would_have_another_address(app: Flask, name: str) -> None:
    with app.test_request_context():
        version = assets.asset(name).partition("?v=")[2]
    assert re.fullmatch(r"[0-9a-f]{10}", version)


def test_what_others_wrote_comes_with_its_licence() -> None:
    for folder in (assets.FOLDER / "vendor").iterdir():
        licence = (folder / "LICENSE").read_text(encoding="utf-8")
        assert "AS IS" in licence, folder


def test_style_and_script_reach_for_nothing_outside() -> None:
    for path in assets.FOLDER.glob("*.*"):
        told = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in told and "https:" not in told and "@import" not in told, path
