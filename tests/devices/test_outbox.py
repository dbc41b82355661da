"""Edits keep their order and wait for a receipt with their own id on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.outbox import KEEP_SECONDS, Outbox
from devices.store import Store


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(Store(tmp_path))


def _op(op: str, rec: str = "r1") -> dict[str, object]:
    return {"op": op, "rec": rec, "set": {"a": 1}}


def _answer(op: str, v: int = 1) -> dict[str, object]:
    return {"op": op, "result": "applied", "v": v}


def test_ops_are_numbered_and_name_their_predecessor_on_the_record(outbox: Outbox) -> None:
    for op, rec in (("a", "r1"), ("b", "r2"), ("c", "r1")):
        outbox.add(_op(op, rec), "u")
    sent = [(o.n, o.body.get("after")) for o in outbox.batch(10, 10**6)]
    assert sent == [(1, None), (2, None), (3, "a")]


def test_only_ops_listed_in_an_answer_are_done(outbox: Outbox) -> None:
    outbox.add(_op("a"), "u")
    outbox.add(_op("b"), "u")
    assert outbox.acknowledge(_answer("b"), "e1", 7, 0.0) is not None
    assert outbox.acknowledge(_answer("stranger"), "e1", 7, 0.0) is None
    assert [o.op for o in outbox.batch(10, 10**6)] == ["a"]


def test_a_batch_is_at_least_one_op_and_otherwise_within_both_limits(outbox: Outbox) -> None:
    for name in "abcd":
        outbox.add(_op(name), "u")
    assert len(outbox.batch(3, 10**6)) == 3
    assert len(outbox.batch(10, 1)) == 1


def test_a_receipted_op_is_kept_until_a_backup_has_passed_it(outbox: Outbox) -> None:
    outbox.add(_op("a"), "u")
    outbox.acknowledge(_answer("a"), "e1", 7, 0.0)
    assert outbox.forget("e1", 6, 1.0) == 0
    assert outbox.forget("e2", 9, 1.0) == 0  # another history's backup proves nothing
    assert outbox.forget("e1", 7, 1.0) == 1


def test_where_no_backups_run_a_receipt_is_enough_after_ninety_days(outbox: Outbox) -> None:
    outbox.add(_op("a"), "u")
    outbox.acknowledge(_answer("a"), "e1", 7, 0.0)
    assert outbox.forget("e1", 0, KEEP_SECONDS + 1) == 1


def test_a_new_epoch_sends_again_what_no_backup_is_known_to_hold(outbox: Outbox) -> None:
    outbox.add(_op("a"), "u")
    outbox.add(_op("b"), "u")
    outbox.acknowledge(_answer("a"), "e1", 7, 0.0)
    outbox.acknowledge(_answer("b"), "e1", 8, 0.0)
    outbox.forget("e1", 7, 1.0)
    assert outbox.send_again("e2") == 1
    assert [(o.op, o.n) for o in outbox.batch(10, 10**6)] == [("b", 2)]


def test_numbers_go_on_after_every_op_was_forgotten(outbox: Outbox) -> None:
    outbox.add(_op("a"), "u")
    outbox.acknowledge(_answer("a"), "e1", 7, 0.0)
    outbox.forget("e1", 7, 1.0)
    outbox.add(_op("b"), "u")
    [sent] = outbox.batch(10, 10**6)
    assert (sent.n, sent.body["after"]) == (2, "a")


def test_an_op_set_aside_is_shown_but_holds_nobody_up(outbox: Outbox) -> None:
    outbox.add(_op("a"), "u")
    outbox.add(_op("b", "r2"), "u")
    outbox.set_aside("a", "rec: not a uuid")
    assert [o.op for o in outbox.batch(10, 10**6)] == ["b"]
    last = outbox.last("r1")
    assert last is not None
    assert last.result["why"] == "rec: not a uuid"
