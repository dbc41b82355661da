"""Pages may come twice and units may leave; what is the phone's own never goes with them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from devices.mirror import Mirror
from devices.outbox import Outbox
from devices.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def _record(id_: str, v: int, seq: int, unit: str = "u1", **more: object) -> dict[str, object]:
    doc = {"set": {"name": f"v{v}"}}
    return {"id": id_, "type": "household", "unit": unit, "v": v, "seq": seq, "doc": doc, **more}


def test_a_page_applied_twice_is_applied_once(store: Store) -> None:
    mirror = Mirror(store)
    page = [_record("a", 1, 1), _record("b", 2, 2)]
    mirror.apply(page, [])
    mirror.apply(page, [])
    assert mirror.versions() == {"a": 1, "b": 2}


def test_an_old_page_never_overwrites_a_newer_record(store: Store) -> None:
    mirror = Mirror(store)
    mirror.apply([_record("a", 2, 9)], [])
    mirror.apply([_record("a", 1, 3)], [])
    assert mirror.versions() == {"a": 2}


def test_a_deleted_record_is_gone(store: Store) -> None:
    mirror = Mirror(store)
    mirror.apply([_record("a", 1, 1)], [])
    mirror.apply([_record("a", 2, 2, deleted=True)], [])
    assert mirror.record("a") is None


def test_a_dropped_unit_leaves_when_its_own_edits_are_receipted(store: Store) -> None:
    mirror, outbox = Mirror(store), Outbox(store)
    mirror.apply([_record("a", 1, 1, "u1"), _record("b", 1, 2, "u2")], [])
    outbox.add({"op": "o", "rec": "r"}, "u1")
    mirror.apply([], ["u1", "u2"])
    assert mirror.versions() == {"a": 1}
    outbox.acknowledge({"op": "o", "result": "applied", "v": 1}, "e", 1, 0.0)
    mirror.drop_departed()
    assert mirror.versions() == {}


def test_a_unit_that_comes_back_before_it_had_gone_stays(store: Store) -> None:
    mirror, outbox = Mirror(store), Outbox(store)
    mirror.apply([_record("a", 1, 1)], [])
    outbox.add({"op": "o", "rec": "r"}, "u1")
    mirror.apply([], ["u1"])
    mirror.apply([_record("a", 2, 5)], [])
    outbox.acknowledge({"op": "o", "result": "applied", "v": 1}, "e", 1, 0.0)
    mirror.drop_departed()
    assert mirror.versions() == {"a": 2}


def test_a_status_is_found_by_its_submission_and_a_reset_forgets_the_cursor(store: Store) -> None:
    mirror = Mirror(store)
    doc = {"submission": "s1", "state": "returned", "v": 1}
    mirror.apply([{"id": "x", "type": "status", "unit": "u1", "v": 1, "seq": 4, "doc": doc}], [])
    mirror.save_cursor("c1")
    told = mirror.about("status", "s1")
    assert told is not None
    assert told.doc["state"] == "returned"
    mirror.reset()
    assert (mirror.cursor, mirror.about("status", "s1")) == (None, None)


def test_its_figures_are_those_of_what_it_holds_without_units_on_their_way_out(
    store: Store,
) -> None:
    mirror = Mirror(store)
    mirror.apply([_record("a", 3, 1), _record("b", 1, 2), _record("c", 1, 3, unit="u2")], [])
    words = [int.from_bytes(hashlib.sha256(t).digest()[:8], "big") for t in (b"a|3", b"b|1")]
    assert mirror.figures()["u1"] == (2, f"{sum(words) % 2**64:016x}")
    store.run(
        "INSERT INTO ops (op, n, rec, unit, state, body) VALUES ('o',1,'r','u2','pending','')"
    )
    mirror.apply([], ["u2"])
    assert set(mirror.figures()) == {"u1"} and mirror.versions()["c"] == 1


def test_what_it_is_told_to_mend_replaces_what_it_held_however_new(store: Store) -> None:
    mirror = Mirror(store)
    mirror.apply([_record("a", 9, 90), _record("b", 1, 2)], [])
    mirror.mend([_record("a", 3, 1)], ["b"], [])
    assert mirror.versions() == {"a": 3} and mirror.held(["u1", "u9"]) == {"u1": {"a": 3}, "u9": {}}
