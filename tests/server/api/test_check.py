"""`?check=1`: the answers a push would get, and no effect at all."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import feed, ids
from store.accounts import Device
from store.schema import TABLES
from tests.kit import ops
from tests.kit.doors import Doors


def trace(session: Session) -> dict[str, Any]:
    """How many rows every table has, where the feed stands, when phones were heard."""
    counts = {
        name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in TABLES.items()
    }
    heard = [tuple(r) for r in session.execute(select(Device.id, Device.last_seen_at))]
    return {"counts": counts, "head": feed.head(session), "heard": sorted(heard, key=str)}


def check(client: FlaskClient, body: bytes) -> dict[str, Any]:
    answer = client.post("/api/v1/sync/push?check=1", data=body)
    assert answer.status_code == 200 and answer.json is not None, answer.text
    return dict(answer.json)


def test_the_answers_are_those_of_the_push_and_nothing_is_kept(doors: Doors) -> None:
    rec, alice = doors.visit(income__wage=1), doors.phone("alice")
    doors.push(doors.phone("bob"), "bob", ops.op(rec, 1, 1, values={"income/wage": 2}))
    lines = [
        ops.op(ids.new(), 2, values=ops.visit(doors.cast.unit)),
        ops.op(rec, 3, 1, values={"door/outcome": "away"}),
        ops.op(rec, 4, after=ids.new()),
        ops.op(ids.new(), 5, form="nothing"),
    ]
    body = ops.raw(doors.cast.devices["alice"], *lines)
    with doors.sessions() as session:
        before = trace(session)
    told = check(alice, body)
    again = check(alice, body)
    with doors.sessions() as session:
        assert trace(session) == before
    assert told["check"] is True and told["results"] == again["results"]
    done = alice.post("/api/v1/sync/push", data=body).json
    assert done is not None and "check" not in done
    assert done["results"] == told["results"]
    kinds = {line["result"] for line in told["results"]}
    assert {"applied", "merged", "held", "quarantined"} <= kinds | {"applied"}
