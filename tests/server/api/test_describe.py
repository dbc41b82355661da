"""The API's description is valid, whole, and true of the answers given."""

import re
from html import unescape
from typing import Any

import orjson
import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from server.api.describe import OPERATIONS, REASONS, SCHEMAS
from server.problems import STATUS
from store import ids
from tests.kit import ops
from tests.kit.doors import Doors


@pytest.fixture
def told(doors: Doors) -> Any:
    answer = doors.stranger().get("/api/openapi.json")
    assert answer.status_code == 200 and answer.content_type == "application/json"
    return answer.json


def operations(told: Any) -> list[tuple[str, Any]]:
    return [
        (f"{method.upper()} {path}", each)
        for path, item in told["paths"].items()
        for method, each in item.items()
    ]


def holds(told: Any, name: str, answer: TestResponse) -> None:
    """The answer has the shape that the description promises."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": told["components"]}
    faults = [f.message for f in Draft202012Validator(schema).iter_errors(answer.json)]
    assert faults == []


def test_it_is_valid_openapi_3_1(told: Any) -> None:
    assert told["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []


def test_every_route_of_the_api_is_in_it_and_nothing_else(app: Flask, told: Any) -> None:
    routes = {
        f"{method} {re.sub(r'<[^>]+>', '{}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) & {"GET", "POST", "PATCH", "DELETE"}
    }
    shown = {re.sub(r"{[^}]+}", "{}", name) for name, _ in operations(told)}
    assert routes == {name for name in shown if name.split()[0] not in ("HEAD", "OPTIONS")}


def test_no_two_paths_differ_by_a_parameters_name_only(told: Any) -> None:
    shapes = [re.sub(r"{[^}]+}", "{}", path) for path in told["paths"]]
    assert len(shapes) == len(set(shapes))


def test_every_operation_says_what_it_does_takes_and_answers(told: Any) -> None:
    names = []
    for name, each in operations(told):
        names.append(each["operationId"])
        assert each["summary"] and each["tags"], name
        assert any(status.startswith("2") for status in each["responses"]), name
        assert all(
            answer.get("description", "") or "$ref" in answer
            for answer in each["responses"].values()
        ), name
        assert all(parameter["description"] for parameter in each["parameters"]), name
        takes = name.split()[0] in ("POST", "PATCH") and not name.endswith(
            ("/revoke", "/open", "/release", "/publish", "/retire", "/reopen")
        )
        assert ("requestBody" in each) is takes, name
    assert len(names) == len(set(names))


def test_nothing_said_by_hand_is_about_a_route_that_is_gone(told: Any) -> None:
    shown = {re.sub(r"{[^}]+}", "{}", name) for name, _ in operations(told)}
    assert {re.sub(r"{[^}]+}", "{}", name) for name in OPERATIONS} == shown


def test_every_schema_is_a_schema_and_is_used(told: Any) -> None:
    text = str(told["paths"]) + str(told["components"])
    for name, schema in told["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert f"#/components/schemas/{name}'" in text, name


def test_who_may_ask_is_said_of_every_route(told: Any) -> None:
    assert set(told["components"]["securitySchemes"]) == {"device", "browser"}
    open_ = {name for name, each in operations(told) if each["security"] == []}
    assert open_ == {
        "GET /api/v1/ping",
        "POST /api/v1/enrol",
        "OPTIONS /api/v1/media",
        "GET /api/v1/schemas/{name}.json",
    }
    for name, each in operations(told):
        if name not in open_:
            assert each["security"] == [{"device": []}, {"browser": []}], name
            assert "401" in each["responses"], name


def test_every_refusal_is_promised_as_problem_json(told: Any) -> None:
    for name, each in operations(told):
        for status, answer in each["responses"].items():
            if status.isdigit() and int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], name
        assert each["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, name
    assert set(REASONS) <= set(STATUS.values())


def test_a_refusal_holds_what_is_promised(told: Any, doors: Doors) -> None:
    for answer in (
        doors.stranger().get("/api/v1/me"),
        doors.phone("alice").get("/api/v1/visits/nothing"),
        doors.phone("alice").post("/api/v1/sync/push", data=b"{"),
        doors.phone("alice").post("/api/v1/media/have", json={"hashes": ["x"]}),
        doors.stranger().get("/api/v1/nothing"),
    ):
        assert answer.content_type == "application/problem+json"
        holds(told, "Problem", answer)


def test_people_and_phones_are_answered_as_promised(told: Any, doors: Doors) -> None:
    dora = doors.phone("dora")
    code = dora.post("/api/v1/enrol-codes", json={"login": "alice"})
    assert code.status_code == 201 and code.json is not None
    holds(told, "EnrolCode", code)
    enrolled = doors.stranger().post("/api/v1/enrol", json={"code": code.json["code"]})
    assert enrolled.status_code == 201 and enrolled.json is not None
    holds(told, "Enrolled", enrolled)
    holds(told, "Phones", dora.get("/api/v1/devices"))
    revoked = dora.post(f"/api/v1/devices/{enrolled.json['device']}/revoke")
    holds(told, "Revoked", revoked)
    holds(told, "Me", dora.get("/api/v1/me"))
    holds(told, "Ping", doors.stranger().get("/api/v1/ping"))


def test_sync_is_answered_as_promised(told: Any, doors: Doors) -> None:
    alice, rec = doors.phone("alice"), doors.visit()
    lines = [
        ops.op(rec, n=2, base=1, values={"income/wage": 5}),
        ops.op(ids.new(), n=3, after=ids.new()),
        ops.op(ids.new(), n=4, form="nothing"),
    ]
    body = ops.raw(doors.cast.devices["alice"], *lines)
    schema = {"$ref": "#/components/schemas/Push", "components": told["components"]}
    pushed = alice.post("/api/v1/sync/push", data=body)
    assert pushed.json is not None
    Draft202012Validator(schema).validate(orjson.loads(body))
    assert [r["result"] for r in pushed.json["results"]] == ["applied", "held", "quarantined"]
    holds(told, "Pushed", pushed)
    pulled = alice.get("/api/v1/sync/pull")
    assert pulled.json is not None and len(pulled.json["records"]) > 3
    holds(told, "Pulled", pulled)


def test_visits_forms_and_files_are_answered_as_promised(told: Any, doors: Doors) -> None:
    dora, rec = doors.phone("dora"), doors.visit()
    holds(told, "Visit", dora.get(f"/api/v1/visits/{rec}"))
    body = {"action": "return", "reason": "照片看不清", "comments": {"door/outcome": "请核对"}}
    decided = dora.post(f"/api/v1/visits/{rec}/review", json=body)
    assert decided.status_code == 200
    holds(told, "Status", decided)
    holds(told, "Definition", dora.get("/api/v1/forms/household_visit/2026.3.json"))
    holds(told, "Had", dora.post("/api/v1/media/have", json={"hashes": ["ab" * 32]}))


def test_the_page_shows_every_route_and_schema(told: Any, doors: Doors) -> None:
    page = unescape(doors.stranger().get("/api/docs").text)
    for _, each in operations(told):
        assert f'id="{each["operationId"]}"' in page and each["summary"].split("`")[0] in page
    for name in SCHEMAS:
        assert f'id="schema-{name}"' in page
    wanted = set(re.findall(r'href="#(schema-\w+)"', page))
    assert wanted <= set(re.findall(r'id="(schema-\w+)"', page))
