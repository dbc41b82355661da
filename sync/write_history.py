"""Writing what every op said: revisions of what stands, conflicts of what waits."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from store import ids
from store.bulk import add_all
from store.conflicts import Conflict
from store.db import among
from store.records import RecordType, Revision
from sync.bench import Bench, person_of
from sync.clocks import captured, raw
from sync.decision import Decision, Touched
from sync.history import SEALED
from sync.merge import Clash
from sync.policy import UNKNOWN
from sync.state import json_text


def revisions(bench: Bench, done: Sequence[Decision], seqs: dict[str, int], last: int) -> None:
    rows = [
        _revision(bench, decision, touched, seqs.get(touched.state.id, last))
        for decision in done
        for touched in decision.touched
    ]
    if rows:
        add_all(bench.session, Revision, rows)


def _revision(bench: Bench, decision: Decision, touched: Touched, seq: int) -> dict[str, Any]:
    op, merged, rec = decision.op, touched.merged, touched.state.id
    open_, secret = _split(touched, merged.applied)
    aside, aside_secret = _split(touched, merged.witness | merged.superseded)
    if aside_secret:
        aside |= {SEALED: bench.keys.seal_all(rec, aside_secret)}
    flags = ["late"] if decision.answer.late else []
    flags += bench.flags.get(op.op, [])
    flags += ["unknown"] if _strange(touched) else []
    flags += ["clock"] if captured(op, bench.offset, bench.now)[1] else []
    flags += ["history_only"] if merged.superseded and not merged.changed else []
    return {
        "rec": rec,
        "version": touched.version,
        "op": op.op,
        "origin": decision.origin,
        "n": op.n,
        "base_v": touched.base,
        "seq": seq,
        "user_id": person_of(bench, decision.origin),
        "form_v": op.form_v,
        "at": raw(op),
        "uptime": op.uptime,
        "clock_offset": bench.offset,
        "received_at": bench.now,
        "changes": json_text(open_ | dict.fromkeys(merged.rows_gone)),
        "witness": json_text(aside),
        "sealed": json_text(bench.keys.seal_all(rec, secret)),
        "fix": msgspec.json.encode(op.fix).decode(),
        "flags": json_text(flags),
        "confirmed": json_text(list(touched.confirmed)),
        "late": decision.answer.late,
    }


def _strange(touched: Touched) -> bool:
    """Whether it set a path that its form does not know: kept, and to be looked at."""
    if touched.state.type != RecordType.SUBMISSION.value:
        return False
    return any(touched.rules[path] is UNKNOWN for path in touched.merged.applied)


def _split(touched: Touched, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(open values, P1 values). What was sealed once stays so, whatever a later form says."""
    rules, sealed = touched.rules, touched.state.sealed
    secret = {
        path: value
        for path, value in values.items()
        if value is not None and (rules[path].sealed or path in sealed)
    }
    if not secret:
        return values, secret
    return {path: value for path, value in values.items() if path not in secret}, secret


def conflicts(bench: Bench, done: Sequence[Decision], last: int) -> None:
    rows = [
        _conflict(bench, decision, touched, clash, last)
        for decision in done
        for touched in decision.touched
        for clash in touched.merged.clashes
    ]
    if rows:
        _name_standing(bench, rows)
        add_all(bench.session, Conflict, rows)


def _name_standing(bench: Bench, rows: list[dict[str, Any]]) -> None:
    """Which op set what stands, so that both sides can be looked up."""
    wanted = {(row["rec"], row["standing_op"]) for row in rows if row["standing_op"]}
    query = (
        select(Revision.rec, Revision.version, Revision.op)
        .where(among(Revision.rec, Revision.version, wanted))
        .order_by(Revision.id.desc())
    )
    named = {(rec, version): op for rec, version, op in bench.session.execute(query)}
    for row in rows:
        row["standing_op"] = named.get((row["rec"], row["standing_op"]))


def _conflict(
    bench: Bench, decision: Decision, touched: Touched, clash: Clash, last: int
) -> dict[str, Any]:
    state = touched.state

    def kept(value: Any) -> str:
        if clash.sealed and value is not None:
            return json_text(bench.keys.seal(state.id, clash.path, value))
        return json_text(value)

    return {
        "id": ids.derived("conflict", state.id, clash.path, decision.op.op),
        "rec": state.id,
        "unit": state.unit,
        "area": state.area,
        "path": clash.path,
        "kind": clash.kind,
        "base": kept(clash.base),
        "standing": kept(clash.standing),
        "standing_op": clash.by.v if clash.by else None,
        "waiting": kept(clash.waiting),
        "sealed": clash.sealed,
        "op": decision.op.op,
        "origin": decision.origin,
        "user_id": person_of(bench, decision.origin),
        "at": captured(decision.op, bench.offset, bench.now)[0],
        "found_at": bench.now,
        "seq": last,
        "state": "open",
    }
