"""Push: many ops in, one transaction, one answer for each, built only from what is written."""

from collections import deque
from typing import Any

from sqlalchemy.orm import Session

from store import feed
from store.seal import Keyring
from sync import clocks
from sync.answer import Outcome, PushAnswer
from sync.bench import Bench, lay, opened, origin_of
from sync.decide import Decision, decide
from sync.errors import DeviceMismatch
from sync.scope import Who
from sync.wire import Op, PushBatch
from sync.write import write


def push(session: Session, keys: Keyring, who: Who, batch: PushBatch, now: str) -> PushAnswer:
    """Take a device's ops; the caller has begun a writing transaction and commits it.

    Raises DeviceMismatch when the body names another device than the token. Nothing is refused
    for its content: see `sync.answer.Outcome` for where each op is kept.
    """
    if batch.device != who.device:
        raise DeviceMismatch("the body names another device than the token", device=batch.device)
    bench = lay(session, keys, who, batch.ops, now, clocks.offset(batch.sent_at, now))
    before = {key: dict(result) for key, result in bench.known.items()}
    decisions = _decide_all(bench, batch.ops)
    if decisions:
        write(bench, decisions)
    told = {(d.origin, d.op.op): d.answer.told() for d in decisions}
    return PushAnswer(
        results=[_line(bench, op, told, before, seen) for op, seen in _first_seen(batch.ops)],
        position=feed.head(session),
        backed_up_through=feed.backed_up_through(session),
        epoch=feed.epoch(session),
    )


def _decide_all(bench: Bench, ops: list[Op]) -> list[Decision]:
    """In the order sent; an op that another one waited for is followed by that one at once."""
    decisions: list[Decision] = []
    queue = deque(ops)
    while queue:
        op = queue.popleft()
        name = (origin_of(bench.who, op), op.op)
        if name in bench.known:
            continue
        decision = decide(bench, op)
        decisions.append(decision)
        bench.known[name] = decision.answer.told()
        if decision.answer.outcome is Outcome.HELD:
            continue
        bench.arrived.add(name)
        for held in bench.waiting.get(name, ()):
            bench.known.pop((held.origin, held.op), None)
            queue.appendleft(opened(bench.keys, held))
    return decisions


def _first_seen(ops: list[Op]) -> list[tuple[Op, bool]]:
    """Each op with whether the same id stood earlier in this push."""
    seen: set[str] = set()
    told = []
    for op in ops:
        told.append((op, op.op in seen))
        seen.add(op.op)
    return told


def _line(
    bench: Bench,
    op: Op,
    told: dict[tuple[str, str], dict[str, Any]],
    before: dict[tuple[str, str], dict[str, Any]],
    again: bool,
) -> dict[str, Any]:
    name = (origin_of(bench.who, op), op.op)
    if name in told and name not in before and not again:
        return told[name]
    return told.get(name, before.get(name, {})) | {"dup": True}
