"""Authoring over the API: checked, kept as a draft, tested by who was named, published."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from forms import gate
from forms.template import template
from store import ids
from tests.forms.sheets import HEAD, xlsform
from tests.kit import ops
from tests.kit.doors import Doors, problem
from tests.server.api.test_describe import holds

API = "/api/v1/forms"
ONE = f"## survey\n{HEAD} required |\n| hidden | household |\n| text | name | 名 | Name | yes |"
BAD = f"## survey\n{HEAD} relevant |\n| hidden | household |\n| text | q | 问 | Q | ${{no}} = 1 |"


@pytest.fixture
def ada(doors: Doors) -> FlaskClient:
    return doors.phone("ada")


@pytest.fixture
def told(doors: Doors) -> Any:
    return doors.stranger().get("/api/openapi.json").json


def upload(client: FlaskClient, text: str = ONE, version: str = "1") -> Any:
    answer = client.post(f"{API}/drafts?name=表.xlsx", data=xlsform(text, version))
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_workbook_is_checked_and_nothing_is_kept(ada: FlaskClient, told: Any) -> None:
    good = ada.post(f"{API}/check", data=template())
    assert good.json == {"ok": True, "form": "water_check", "version": "2026.1", "remarks": []}
    bad = ada.post(f"{API}/check", data=xlsform(BAD))
    assert bad.json is not None and (bad.status_code, bad.json["ok"]) == (200, False)
    [remark] = bad.json["remarks"]
    assert (remark["code"], remark["sheet"], remark["row"], remark["column"]) == (
        "name_unknown", "survey", 3, "relevant",
    )  # fmt: skip
    for answer in (good, bad):
        holds(told, "FormChecked", answer)
    assert ada.get(f"{API}/drafts").json == {"drafts": []}


def test_a_source_that_is_no_form_is_refused_and_the_older_draft_stays(ada: FlaskClient) -> None:
    upload(ada)
    body = problem(ada.post(f"{API}/drafts", data=xlsform(BAD)), 422, "form_invalid")
    assert list(body["fields"]) == ["survey!3!relevant"]
    problem(ada.post(f"{API}/drafts", data=b""), 422, "form_invalid")
    problem(ada.post(f"{API}/drafts", data=b"PK broken"), 422, "form_invalid")
    problem(ada.post(f"{API}/drafts", data=b"x" * (gate.MOST + 1)), 413, "body_too_large")
    [draft] = ada.get(f"{API}/drafts").get_json()["drafts"]
    assert draft["version"] == "1"


def test_from_a_workbook_to_a_published_form(doors: Doors, ada: FlaskClient, told: Any) -> None:
    assert upload(ada)["ok"]
    published = ada.post(f"{API}/drafts/trial/publish")
    assert published.status_code == 201
    holds(told, "FormPublished", published)
    assert doors.phone("alice").get(f"{API}/trial/1.json").status_code == 200
    source = ada.get(f"{API}/trial/1/source")
    assert source.data.startswith(b"PK") and "attachment" in source.headers["Content-Disposition"]
    problem(ada.post(f"{API}/drafts/trial/publish"), 404, "not_found")
    assert not upload(ada, ONE.replace("| 名 |", "| 姓名 |"))["ok"]
    problem(ada.post(f"{API}/drafts/trial/publish"), 409, "form_version_exists")
    assert "名" in doors.phone("alice").get(f"{API}/trial/1.json").text


def test_an_xform_is_taken_too(ada: FlaskClient) -> None:
    upload(ada)
    xform = ada.get(f"{API}/drafts/trial.xml").data
    definition = ada.get(f"{API}/drafts/trial.json").json
    assert ada.post(f"{API}/drafts?name=f.xml", data=xform).status_code == 201
    assert ada.get(f"{API}/drafts/trial.json").json == definition


def test_a_draft_is_served_to_its_testers_only(doors: Doors, ada: FlaskClient, told: Any) -> None:
    upload(ada)
    alice, bob = doors.phone("alice"), doors.phone("bob")
    paths = [f"{API}/drafts/trial.json", f"{API}/drafts/trial.xml"]
    for client in (alice, bob, doors.phone("ivan")):
        for path in paths:
            problem(client.get(path), 404, "not_found")
        assert client.get(f"{API}/drafts").get_json() == {"drafts": []}
    named = ada.post(f"{API}/drafts/trial/testers", json={"logins": ["alice"]})
    assert named.get_json()["testers"] == ["alice"]
    holds(told, "FormDraft", named)
    for path in paths:
        assert alice.get(path).status_code == 200
        problem(bob.get(path), 404, "not_found")
    listed = alice.get(f"{API}/drafts")
    holds(told, "FormDrafts", listed)
    upload(ada, version="2")
    assert alice.get(paths[0]).get_json()["version"] == "2"  # testers stay when it is replaced
    nobody = ada.post(f"{API}/drafts/trial/testers", json={"logins": ["nobody"]})
    problem(nobody, 404, "not_found")


def test_test_answers_count_nowhere(doors: Doors, ada: FlaskClient, told: Any) -> None:
    upload(ada)
    ada.post(f"{API}/drafts/trial/testers", json={"logins": ["alice"]})
    alice = doors.phone("alice")
    tried = alice.post(f"{API}/drafts/trial/try", json={"set": {}, "rows": {}})
    holds(told, "Tried", tried)
    assert [f["path"] for f in tried.get_json()["faults"]] == ["name"]
    pushed = doors.push(
        alice,
        "alice",
        ops.op(
            ids.new(), values={"household": doors.cast.unit, "name": "王"}, form="trial", form_v="1"
        ),
    )
    [result] = orjson.loads(pushed.data)["results"]
    assert (result["result"], result["why"]) == ("quarantined", "unknown_form")
    problem(doors.phone("bob").post(f"{API}/drafts/trial/try", json={}), 404, "not_found")


def test_two_versions_are_compared(ada: FlaskClient, told: Any) -> None:
    upload(ada)
    ada.post(f"{API}/drafts/trial/publish")
    upload(ada, ONE + "\n| text | more | 多 | More |", "2")
    answer = ada.get(f"{API}/trial/compare?old=1&new=draft")
    holds(told, "Comparison", answer)
    assert [(li["kind"], li["new"]) for li in answer.get_json()["lines"]] == [("added", "more")]
    problem(ada.get(f"{API}/trial/compare?old=1&new=9"), 404, "not_found")
    problem(ada.get(f"{API}/trial/compare"), 404, "not_found")


def test_a_retired_form_is_still_taken_from_phones(
    doors: Doors, ada: FlaskClient, told: Any
) -> None:
    answer = ada.post(f"{API}/{ops.FORM}/retire")
    holds(told, "Retired", answer)
    [line] = [f for f in ada.get(API).get_json()["forms"] if f["form"] == ops.FORM]
    assert line["retired"] is True
    holds(told, "Forms", ada.get(API))
    assert doors.visit()  # a draft that was open meanwhile
    records = doors.phone("alice").get("/api/v1/sync/pull").get_json()["records"]
    docs = [r["doc"] for r in records if r["type"] == "form"]
    assert {d["form"] for d in docs if d.get("retired")} == {ops.FORM}
    assert ada.post(f"{API}/{ops.FORM}/reopen").get_json()["retired"] is False


def test_lists_have_versions_that_phones_fetch(doors: Doors, ada: FlaskClient, told: Any) -> None:
    first = ada.post(f"{API}/files/v.csv", data=b"name,label\n1,A\n")
    assert (first.status_code, first.get_json()["version"]) == (201, 1)
    holds(told, "FormFile", first)
    assert ada.post(f"{API}/files/v.csv", data=b"name,label\n1,B\n").get_json()["version"] == 2
    holds(told, "FormFiles", ada.get(f"{API}/files"))
    alice = doors.phone("alice")
    got = alice.get(f"{API}/files/v.csv/1")
    assert got.data == b"name,label\n1,A\n" and "immutable" in got.headers["Cache-Control"]
    tag = {"If-None-Match": got.headers["ETag"]}
    assert alice.get(f"{API}/files/v.csv/1", headers=tag).status_code == 304
    problem(alice.get(f"{API}/files/v.csv/3"), 404, "not_found")
    body = problem(ada.post(f"{API}/files/v.csv", data=b"name\n1\n1\n"), 422, "form_file_invalid")
    assert list(body["fields"]) == ["3!name"]


def test_a_dropped_draft_is_gone(ada: FlaskClient) -> None:
    upload(ada)
    assert ada.delete(f"{API}/drafts/trial").status_code == 204
    problem(ada.delete(f"{API}/drafts/trial"), 404, "not_found")
