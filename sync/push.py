"""Push: many ops in, one transaction, one answer for each, built only from what is written."""

from collections import deque
from typing import Any

import msgspec
from sqlalchemy import update
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from store import feed, health
from store.accounts import Device
from store.seal import Keyring
from sync import clocks
from sync.answer import Outcome, PushAnswer
from sync.bench import Bench, lay, origin_of
from sync.decide import aside, decide
from sync.decision import Decision
from sync.errors import DeviceMismatch
from sync.scope import Who
from sync.wire import DeviceState, Op, PushBatch
from sync.write import write

UNFIT = (DataError, OverflowError)
"""The database cannot hold a value, today or at any other time: no use in sending it again."""


def push(session: Session, keys: Keyring, who: Who, batch: PushBatch, now: str) -> PushAnswer:
    """Take a device's ops; the caller has begun a writing transaction and commits it.

    Raises DeviceMismatch when the body names another device than the token. Nothing is refused
    for its content: see `sync.answer.Outcome` for where each op is kept.
    """
    if batch.device != who.device:
        raise DeviceMismatch("the body names another device than the token", device=batch.device)
    offset = clocks.offset(batch.sent_at, now)
    _note_contact(session, who.device, now, offset)
    if batch.device_state is not None:
        note_state(session, who.device, batch.device_state, now)
    bench = lay(session, keys, who, batch.ops, now, offset)
    bench.flags = _flags(batch)
    before = {key: dict(result) for key, result in bench.known.items()}
    decisions = _take_in(bench, batch.ops)
    told = {(d.origin, d.op.op): d.answer.told() for d in decisions}
    return PushAnswer(
        results=[_line(bench, op, told, before, seen) for op, seen in _first_seen(batch.ops)],
        position=feed.head(session),
        backed_up_through=feed.backed_up_through(session),
        epoch=feed.epoch(session),
    )


def _flags(batch: PushBatch) -> dict[str, list[str]]:
    """What is odd about an op beside the others: noted, never a reason to refuse it."""
    found: dict[str, list[str]] = {}
    highest: dict[str | None, int] = {}
    for op in batch.ops:
        flags = ["uptime"] if clocks.jumped(op, batch.sent_at, batch.uptime) else []
        flags += ["counter"] if op.n <= highest.get(op.origin, -1) else []
        highest[op.origin] = max(op.n, highest.get(op.origin, -1))
        if flags:
            found[op.op] = flags
    return found


def _note_contact(session: Session, device: str, now: str, offset: float | None) -> None:
    """The device's row comes before any other lock, so that nobody waits for it in a circle."""
    session.execute(
        update(Device)
        .where(Device.id == device)
        .values(last_seen_at=now, clock_offset=offset)
        .execution_options(synchronize_session=False)
    )


def note_state(session: Session, device: str, state: DeviceState, now: str) -> None:
    told = msgspec.json.encode(state).decode()
    health.report(session, device, told, state.app, now)


def _take_in(bench: Bench, ops: list[Op]) -> list[Decision]:
    """All at once; where one op cannot be held by the database, one by one."""
    try:
        with bench.session.begin_nested():
            decisions = decide_all(bench, ops)
            if decisions:
                write(bench, decisions)
            return decisions
    except UNFIT:
        return _one_by_one(bench, ops)


def decide_all(bench: Bench, ops: list[Op]) -> list[Decision]:
    """In the order sent; an op that another one waited for is followed by that one at once."""
    decided: dict[tuple[str, str], Decision] = {}
    queue = deque(ops)
    while queue:
        op = queue.popleft()
        name = (origin_of(bench.who, op), op.op)
        if name in bench.known:
            continue
        decision = decide(bench, op)
        decided[name] = decision
        bench.known[name] = decision.answer.told()
        queue.extendleft(reversed(_released(bench, decision)))
    return list(decided.values())


def _released(bench: Bench, decision: Decision) -> list[Op]:
    """Ops that waited for this one; it waits itself where it is held."""
    op, name = decision.op, (decision.origin, decision.op.op)
    if decision.answer.outcome is Outcome.HELD:
        bench.waiting[(decision.origin, op.after or "")].append(op)
        return []
    bench.arrived.add(name)
    released = bench.waiting.pop(name, [])
    for held in released:
        bench.known.pop((origin_of(bench.who, held), held.op), None)
    return released


def _one_by_one(whole: Bench, ops: list[Op]) -> list[Decision]:
    """Each op in a savepoint of its own; what cannot be held goes to quarantine, alone.

    All records were locked before the first attempt, so the order of locks stays.
    """
    decided: dict[tuple[str, str], Decision] = {}
    freed: set[tuple[str, str]] = set()
    queue = deque(ops)
    while queue:
        op = queue.popleft()
        name = (origin_of(whole.who, op), op.op)
        bench = lay(whole.session, whole.keys, whole.who, [op], whole.now, whole.offset)
        bench.flags = whole.flags
        if name in bench.known and name not in freed:
            continue
        decided[name] = _alone(bench, op)
        released = _released(bench, decided[name])
        freed |= {(origin_of(whole.who, held), held.op) for held in released}
        queue.extendleft(reversed(released))
    return list(decided.values())


def _alone(bench: Bench, op: Op) -> Decision:
    try:
        with bench.session.begin_nested():
            decision = decide(bench, op)
            write(bench, [decision])
    except UNFIT as fault:
        decision = aside(bench, op, "unfit", f"the database cannot hold it: {type(fault).__name__}")
        write(bench, [decision])
    return decision


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
