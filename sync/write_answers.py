"""Writing what each op was answered, and the ops that wait or need a person."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete

from store.bulk import add_all
from store.db import among
from store.records import Held, OpResult, Quarantine
from store.seal import Keyring
from sync.answer import Outcome
from sync.bench import Bench, person_of
from sync.decision import Decision
from sync.state import json_text
from sync.wire import Op


def parked(bench: Bench, decisions: Sequence[Decision]) -> None:
    """Ops that wait or need a person are kept whole and sealed."""
    session = bench.session
    released = bench.held & {
        (d.origin, d.op.op) for d in decisions if d.answer.outcome is not Outcome.HELD
    }
    if released:
        session.execute(delete(Held).where(among(Held.origin, Held.op, released)))
    held = [d for d in decisions if d.answer.outcome is Outcome.HELD]
    aside = [d for d in decisions if d.answer.outcome is Outcome.QUARANTINED]
    if held:
        rows = [_kept(bench, d) | {"after": d.op.after, "held_at": bench.now} for d in held]
        add_all(session, Held, rows)
    if aside:
        rows = [
            _kept(bench, d) | {"why": d.answer.why, "detail": d.detail, "quarantined_at": bench.now}
            for d in aside
        ]
        add_all(session, Quarantine, rows)


def _kept(bench: Bench, decision: Decision) -> dict[str, Any]:
    return {
        "origin": decision.origin,
        "op": decision.op.op,
        "rec": decision.op.rec,
        "user_id": person_of(bench, decision.origin),
        "payload": sealed_op(bench.keys, decision.op),
    }


def sealed_op(keys: Keyring, op: Op) -> str:
    return keys.seal(op.op, "op", msgspec.to_builtins(op))


def results(bench: Bench, decisions: Sequence[Decision], last: int) -> None:
    if bench.released:
        origin, op = bench.released
        earlier = delete(OpResult).where(OpResult.origin == origin, OpResult.op == op)
        bench.session.execute(earlier)
    rows = [
        {
            "origin": d.origin,
            "op": d.op.op,
            "rec": d.op.rec,
            "n": d.op.n,
            "outcome": d.answer.outcome.value,
            "result": json_text(d.answer.told()),
            "seq": last,
            "received_at": bench.now,
        }
        for d in decisions
        if d.answer.outcome is not Outcome.HELD
    ]
    if rows:
        add_all(bench.session, OpResult, rows)
