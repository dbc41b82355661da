"""The shipped JSON Schemas are what the server makes, and a phone's real day holds to them."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from devices.clock import DeviceClock
from devices.network import Answer, Request
from devices.phone import Phone
from forms.pack import Pack
from server.api.schemas import NAMES, made
from tests.docs import township
from tests.docs.door import Door
from tests.docs.markdown import ROOT

SHIPPED = ROOT / "docs" / "schemas"
BODIES = {
    "/api/v1/sync/push": ("push", "pushed"),
    "/api/v1/sync/pull": ("", "pulled"),
    "/api/v1/sync/reconcile": ("reconcile", "reconciled"),
}


@dataclass
class Listening:
    """A road that keeps what travels on it: [(schema's name, the JSON)]."""

    door: Door
    heard: list[tuple[str, Any]] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        answer = self.door.send(request)
        names = BODIES.get(request.path.partition("?")[0])
        if names and answer.status == 200:
            if request.body:
                self.heard.append((names[0], orjson.loads(_plain(request))))
            told = orjson.loads(_inflated(answer))
            self.heard.append((names[1], told))
            records = [r for r in told.get("records", ()) if r["type"] == "status"]
            self.heard += [("status", record["doc"]) for record in records]
        return answer


def _plain(request: Request) -> bytes:
    packed = dict(request.headers).get("Content-Encoding") == "gzip"
    return gzip.decompress(request.body) if packed else request.body


def _inflated(answer: Answer) -> bytes:
    return (
        gzip.decompress(answer.body)
        if answer.headers.get("content-encoding") == "gzip"
        else answer.body
    )


@pytest.fixture
def app(tmp_path: Path, pack: Pack) -> Iterator[Flask]:
    app = township.found(tmp_path / "home", pack)
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_the_shipped_files_are_what_the_server_makes(app: Flask) -> None:
    """After a change: `flask schemas docs/schemas`."""
    assert {path.stem for path in SHIPPED.glob("*.json")} == set(NAMES)
    for name in NAMES:
        shipped = orjson.loads((SHIPPED / f"{name}.json").read_bytes())
        assert shipped == made(name, app.extensions["ruhu_api"]), name
        Draft202012Validator.check_schema(shipped)
        served = app.test_client().get(f"/api/v1/schemas/{name}.json")
        assert served.content_type == "application/schema+json"
        assert orjson.loads(served.data) == shipped
    assert app.test_client().get("/api/v1/schemas/nothing.json").status_code == 404


def test_a_phones_day_holds_to_them(app: Flask, tmp_path: Path) -> None:
    road = Listening(Door(app))
    phone = Phone(tmp_path / "phone", road, DeviceClock())
    phone.enrol(township.CODE)
    phone.sync()
    draft = phone.visits.open(township.HOUSEHOLD)
    for path, value in (("door/outcome", "met"), ("living/water_source", "tap")):
        draft.set(path, value)
    phone.visits.finish(draft)
    phone.sync()
    phone.sync()
    phone.mirror.mend([], [township.MEMBER], [])
    assert phone.reconcile() == 1
    phone.close()
    names = [name for name, _ in road.heard]
    assert {"push", "pushed", "pulled", "status", "reconcile", "reconciled"} == set(names)
    for name, body in road.heard:
        Draft202012Validator(orjson.loads((SHIPPED / f"{name}.json").read_bytes())).validate(body)


def test_a_conflict_and_its_settling_hold_to_them(app: Flask) -> None:
    client = app.test_client()
    for who, n, water in (("cadre", 1, "tap"), ("worker", 1, "well")):
        answer = client.post("/api/v1/sync/push", json=_visit(who, n, water), headers=_as(who))
        assert answer.status_code == 200, answer.text
    boss = _as("supervisor")
    [line] = (client.get("/api/v1/conflicts", headers=boss).json or {})["conflicts"]
    told = client.get(f"/api/v1/conflicts/{line['id']}", headers=boss).json
    body = {"choice": "waiting", "reason": "电话核实", "mark": (told or {})["mark"]}
    done = client.post(f"/api/v1/conflicts/{line['id']}/settle", json=body, headers=boss).json
    visit = _visit("worker", 1, "well")["ops"][0]["rec"]
    status = (client.get(f"/api/v1/visits/{visit}", headers=boss).json or {})["status"]
    assert [line["state"] for line in status["conflicts"]] == ["settled"]
    heard = (("conflict", told), ("settle", body), ("settled", done), ("status", status))
    for name, value in heard:
        Draft202012Validator(made(name, app.extensions["ruhu_api"])).validate(value)


def _as(who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {township.token(who)}"}


def _visit(who: str, n: int, water: str) -> dict[str, Any]:
    ident = f"0193a6f0-0000-7000-8000-00000000000{len(who)}"
    values = {"household": township.HOUSEHOLD, "door/outcome": "met", "living/water_source": water}
    op = {"op": ident, "n": n, "rec": ident.replace("7000", "7001"), "type": "submission"}
    op |= {"form": "household_visit", "form_v": "2026.3", "at": "2026-11-24T10:00:00+08:00"}
    seen = {township.HOUSEHOLD: 1}
    device = township.PEOPLE[who][4]
    return {
        "device": device,
        "epoch": None,
        "sent_at": "2026-11-24T10:00:00+08:00",
        "ops": [op | {"set": values, "seen": seen}],
    }
