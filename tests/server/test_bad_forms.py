"""Every bad file at every door: refused with code, sheet, row and column, in both languages, and
the published version keeps serving."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms.author import author
from forms.remark import FormRefused, Remark
from tests.forms.bad import SMALL, Bad, bad, ten_thousand_choices
from tests.forms.sheets import xlsform
from tests.kit.doors import Doors, problem
from tests.server.admin.pages import HTML, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Nothing of it comes near a database."""


@pytest.fixture
def published(doors: Doors) -> Iterator[bytes]:
    """A form in use, which after each bad file still answers as before."""
    ada, alice = doors.phone("ada"), doors.phone("alice")
    assert ada.post("/api/v1/forms/drafts?name=f.xlsx", data=xlsform(SMALL)).status_code == 201
    assert ada.post("/api/v1/forms/drafts/trial/publish").status_code == 201
    before = alice.get("/api/v1/forms/trial/1.xml").data
    yield before
    assert alice.get("/api/v1/forms/trial/1.xml").data == before
    assert ada.get("/api/v1/forms/drafts").get_json() == {"drafts": []}


def remark(file: Bad) -> Remark:
    with pytest.raises(FormRefused) as refused:
        author(file.data, file.name)
    [told] = [each for each in refused.value.remarks if each.code == file.code][:1]
    assert told.place == file.place
    return told


def test_over_the_api(doors: Doors, published: bytes) -> None:
    ada: FlaskClient = doors.phone("ada")
    for what, file in bad().items():
        told = remark(file)
        answer = ada.post(f"/api/v1/forms/drafts?name={file.name}", data=file.data)
        body = problem(answer, 422, "form_invalid")
        assert f"{told.zh} / {told.en} [{told.code}]" == body["fields"][file.place], what


def test_in_the_console(doors: Doors, published: bytes) -> None:
    ada = doors.browser("ada")
    for what, file in bad().items():
        told = remark(file)
        sent = {"file": (io.BytesIO(file.data), file.name)}
        answer = ada.post("/forms/drafts", data=sent, headers=HTML)
        page = words(answer.text)
        assert answer.status_code == 422 and " ".join(told.zh.split()) in page, what
        assert told.sheet in page and told.column in page, what
        assert not told.row or f"第 {told.row} 行" in page, what


def test_on_the_command_line(app: Flask, doors: Doors, published: bytes, tmp_path: Path) -> None:
    for what, file in bad().items():
        told = remark(file)
        path = tmp_path / file.name
        path.write_bytes(file.data)
        for command in ("check", "upload"):
            ran = app.test_cli_runner().invoke(args=["forms", command, str(path)])
            assert ran.exit_code == 1 and f"error: {told}" in ran.output, what


def test_ten_thousand_choices_are_taken_at_every_door(
    app: Flask, doors: Doors, tmp_path: Path
) -> None:
    data, path = ten_thousand_choices(), tmp_path / "villages.xlsx"
    path.write_bytes(data)
    told = doors.phone("ada").post("/api/v1/forms/check", data=data).get_json()
    assert told["ok"] and told["form"] == "villages"
    assert app.test_cli_runner().invoke(args=["forms", "check", str(path)]).exit_code == 0
    sent = {"file": (io.BytesIO(data), path.name)}
    answer = doors.browser("ada").post("/forms/drafts", data=sent, headers=HTML)
    assert answer.headers["Location"] == "/forms/drafts/villages"
