"""Push: many ops in, one transaction, one answer for each, built only from what is written."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from store import counter, feed, health
from store.counter import Counter
from store.seal import Keyring
from sync import clocks
from sync.answer import Outcome, PushAnswer
from sync.bench import Bench, lay, origin_of
from sync.decide import aside, decide
from sync.decision import Decision
from sync.errors import DeviceMismatch
from sync.scope import OFFICE, Who
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
    counters = counter.lock(session, _counted(who, batch.ops))
    if batch.device_state is not None:
        note_state(session, who.device, batch.device_state, now)
    bench = lay(session, keys, who, batch.ops, now, offset)
    bench.flags = _flags(batch)
    _count(bench, batch.ops, counters)
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


def _counted(who: Who, ops: list[Op]) -> set[str]:
    """Devices whose numbers this push goes on with: others' only by whom may speak for them."""
    return {who.device} | ({origin_of(who, op) for op in ops} if who.has(OFFICE) else set())


def _count(bench: Bench, ops: list[Op], counters: Mapping[str, Counter]) -> None:
    """Note the contact, and which numbers came; one that was used before is marked."""
    for device, known in sorted(counters.items()):
        fresh = _fresh(bench, ops, device)
        again = [op for n, names in fresh.items() for op in names[not known.used(n) :]]
        for op in again:
            if "counter" not in bench.flags.setdefault(op, []):
                bench.flags[op].append("counter")
        now = known.take(fresh, bench.now).ran_back(len(again), bench.now)
        told: dict[str, Any] = {} if now == known else {"counter": counter.text(now)}
        if device == bench.who.device:
            told |= {"last_seen_at": bench.now, "clock_offset": bench.offset}
        if told:
            health.write(bench.session, device, told)


def _fresh(bench: Bench, ops: list[Op], device: str) -> dict[int, list[str]]:
    """{number: the ops that have it} of what this device made and nobody has seen before."""
    found: dict[int, list[str]] = {}
    for op in ops:
        if origin_of(bench.who, op) == device and (device, op.op) not in bench.known:
            names = found.setdefault(op.n, [])
            names += [op.op] if op.op not in names else []
    return found


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
