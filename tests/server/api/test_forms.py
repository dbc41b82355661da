"""Published forms by version, and whether the server is there at all."""

import orjson

from forms.definition import FormDefinition
from tests.kit import ops
from tests.kit.doors import Doors, problem

FORM = f"/api/v1/forms/{ops.FORM}/{ops.VERSION}"


def test_a_form_is_read_as_json_and_as_xform(doors: Doors) -> None:
    for client in (doors.phone("alice"), doors.phone("ivan"), doors.browser("dora")):
        answer = client.get(f"{FORM}.json")
        assert FormDefinition.from_json(orjson.loads(answer.data)).form_id == ops.FORM
        assert answer.content_type.startswith("application/json")
        assert client.get(f"{FORM}.xml").data.startswith(b"<?xml")
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_form_that_is_known_is_not_sent_again(doors: Doors) -> None:
    phone = doors.phone("alice")
    tag = phone.get(f"{FORM}.json").headers["ETag"]
    again = phone.get(f"{FORM}.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert phone.get(f"{FORM}.xml", headers={"If-None-Match": tag}).status_code == 200


def test_no_such_form_or_version(doors: Doors) -> None:
    phone = doors.phone("alice")
    for path in ("nothing/1.json", f"{ops.FORM}/1999.json", f"{ops.FORM}/1999.xml"):
        problem(phone.get(f"/api/v1/forms/{path}"), 404, "not_found")
    problem(phone.get(f"{FORM}.txt"), 404, "not_found")


def test_forms_are_not_for_strangers(doors: Doors) -> None:
    problem(doors.stranger().get(f"{FORM}.json"), 401, "not_signed_in")


def test_ping_needs_nobody(doors: Doors) -> None:
    told = doors.stranger().get("/api/v1/ping").get_json()
    assert told["ok"] is True and told["proto"] == 1 and len(told["epoch"]) == 36
