"""Writing what was decided: one batch of rows per table, the feed counter last."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import orjson
from sqlalchemy import bindparam, delete, insert, tuple_, update

from forms.definition import QuestionType
from media import attach
from store import clock, feed, ids, outbox, seal, status
from store.conflicts import Conflict
from store.records import Held, OpResult, Quarantine, Record, RecordType, Revision, VisitState
from store.seal import Keyring
from store.units import Assignment, UnitPlace
from sync.answer import Outcome
from sync.bench import Bench
from sync.decide import Decision, Touched
from sync.merge import Clash
from sync.scope import OWN
from sync.state import RecordState, doc_text, setters_text
from sync.wire import Op

CLOCK_LIMIT = 300.0
"""Seconds beyond which a device's clock is corrected and flagged."""
DATASETS = frozenset({RecordType.HOUSEHOLD.value, RecordType.MEMBER.value})


def write(bench: Bench, decisions: Sequence[Decision]) -> None:
    """Everything these decisions mean, in the caller's transaction."""
    done = [d for d in decisions if d.answer.outcome not in (Outcome.HELD, Outcome.QUARANTINED)]
    changed = _changed(done)
    complete = _attachments(bench, done)
    first = feed.take(bench.session, max(1, len(changed)))
    seqs = {state.id: first + i for i, state in enumerate(changed)}
    last = first + max(0, len(changed) - 1)
    _records(bench, done, changed, seqs)
    _revisions(bench, done, seqs, last)
    _conflicts(bench, done, last)
    _indexes(bench, done)
    _places(bench, done, last)
    _parked(bench, decisions)
    _results(bench, decisions, last)
    _afterwards(bench, done, complete)


def _changed(done: Iterable[Decision]) -> list[RecordState]:
    states = {t.state.id: t.state for d in done for t in d.touched if t.state.changed}
    return [states[ident] for ident in sorted(states)]


def captured(op: Op, offset: float | None, now: str) -> tuple[str, bool]:
    """(when the visit was, by the server's clock; whether the device's clock was off)."""
    try:
        moment = clock.text(clock.parse(op.at))
    except (ValueError, OverflowError):
        return now, True
    if offset is None or abs(offset) <= CLOCK_LIMIT:
        return moment, False
    try:
        return clock.after(moment, seconds=offset), True
    except (ValueError, OverflowError):
        return now, True


def _records(
    bench: Bench, done: Sequence[Decision], changed: list[RecordState], seqs: dict[str, int]
) -> None:
    ops = {t.state.id: d for d in reversed(done) for t in d.touched}
    fresh: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for state in changed:
        row = _columns(state, seqs[state.id], ops[state.id], bench)
        (known if state.row is not None else fresh).append(row)
    if fresh:
        bench.session.execute(insert(Record), fresh)
    if known:
        table = Record.__table__
        names = [n for n in known[0] if n not in ("id", "type")]
        statement = update(table).where(table.c.id == bindparam("key"))  # type: ignore[arg-type]
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        rows = [{"key": row["id"]} | {n: row[n] for n in names} for row in known]
        bench.session.connection().execute(statement.values(values), rows)


def _columns(state: RecordState, seq: int, decision: Decision, bench: Bench) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": state.id,
        "type": state.type,
        "unit": state.unit,
        "area": state.area,
        "version": state.version,
        "seq": seq,
        "deleted": state.deleted,
        "doc": doc_text(state),
        "fver": setters_text(state),
        "sealed": orjson.dumps(state.sealed).decode(),
    }
    is_visit = state.type == RecordType.SUBMISSION.value
    return row | (
        _visit_columns(state, decision, bench) if is_visit else _entity_columns(state, decision)
    )


def _entity_columns(state: RecordState, decision: Decision) -> dict[str, Any]:
    found = decision.new_unit is not None
    before = state.row.state if state.row is not None else None
    return dict.fromkeys(
        ("form", "form_v", "author", "device", "outcome", "captured_at", "received_at")
        + ("lat", "lon", "acc")
    ) | {"state": "proposed" if found else before}


def _visit_columns(state: RecordState, decision: Decision, bench: Bench) -> dict[str, Any]:
    op, row = decision.op, state.row
    fix = op.fix or _no_fix(row)
    moment, _ = captured(op, bench.offset, bench.now)
    return {
        "form": op.form,
        "form_v": op.form_v,
        "author": row.author if row is not None else bench.who.user,
        "device": row.device if row is not None else decision.origin,
        "state": VisitState.RECEIVED.value,
        "outcome": _outcome(state),
        "captured_at": row.captured_at if row is not None else moment,
        "received_at": row.received_at if row is not None else bench.now,
        "lat": fix.lat if fix else None,
        "lon": fix.lon if fix else None,
        "acc": fix.acc if fix else None,
    }


def _no_fix(row: Record | None) -> Record | None:
    return row if row is not None and row.lat is not None else None


def _outcome(state: RecordState) -> str | None:
    """How the door was found: the question named `outcome`, in whatever group it stands."""
    named = (v for p, v in state.values.items() if p.rpartition("/")[2] == "outcome")
    value = next(named, None)
    return value[:64] if isinstance(value, str) else None


def _revisions(bench: Bench, done: Sequence[Decision], seqs: dict[str, int], last: int) -> None:
    rows = [
        _revision(bench, decision, touched, seqs.get(touched.state.id, last))
        for decision in done
        for touched in decision.touched
    ]
    if rows:
        bench.session.execute(insert(Revision), rows)


def _revision(bench: Bench, decision: Decision, touched: Touched, seq: int) -> dict[str, Any]:
    op, merged, rec = decision.op, touched.merged, touched.state.id
    open_, secret = _split(touched, merged.applied)
    old, old_secret = _split(touched, merged.superseded)
    flags = ["late"] if decision.answer.late else []
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
        "user_id": bench.who.user,
        "form_v": op.form_v,
        "at": op.at[:24],
        "uptime": op.uptime,
        "clock_offset": bench.offset,
        "received_at": bench.now,
        "changes": _json(open_ | dict.fromkeys(merged.rows_gone)),
        "witness": _json(merged.witness | old),
        "sealed": _json(bench.keys.seal_all(rec, secret | old_secret)),
        "fix": _json(msgspec.to_builtins(op.fix)),
        "flags": _json(flags),
    }


def _split(touched: Touched, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(open values, P1 values)."""
    secret = {p: v for p, v in values.items() if touched.rules.of(p).sealed and v is not None}
    return {p: v for p, v in values.items() if p not in secret}, secret


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _conflicts(bench: Bench, done: Sequence[Decision], last: int) -> None:
    rows = [
        _conflict(bench, decision, touched, clash, last)
        for decision in done
        for touched in decision.touched
        for clash in touched.merged.clashes
    ]
    if rows:
        bench.session.execute(insert(Conflict), rows)


def _conflict(
    bench: Bench, decision: Decision, touched: Touched, clash: Clash, last: int
) -> dict[str, Any]:
    state = touched.state

    def kept(value: Any) -> str:
        if clash.sealed and value is not None:
            return _json(bench.keys.seal(state.id, clash.path, value))
        return _json(value)

    return {
        "id": ids.derived("conflict", state.id, clash.path, decision.op.op),
        "rec": state.id,
        "unit": state.unit,
        "area": state.area,
        "path": clash.path,
        "kind": clash.kind,
        "base": kept(clash.base),
        "standing": kept(clash.standing),
        "waiting": kept(clash.waiting),
        "sealed": clash.sealed,
        "op": decision.op.op,
        "origin": decision.origin,
        "user_id": bench.who.user,
        "at": captured(decision.op, bench.offset, bench.now)[0],
        "found_at": bench.now,
        "seq": last,
        "state": "open",
    }


def _indexes(bench: Bench, done: Sequence[Decision]) -> None:
    """Keyed indexes of the register's P1 values, for finding the same person twice."""
    rows: dict[tuple[str, str], str] = {}
    for touched in (t for d in done for t in d.touched if t.state.type in DATASETS):
        for path, value in touched.merged.applied.items():
            if not touched.rules.of(path).sealed:
                continue
            if value in (None, ""):
                seal.forget(bench.session, touched.state.id, path)
            else:
                rows[(touched.state.id, path)] = bench.keys.index(path, value)
    seal.remember(bench.session, [(rec, path, digest) for (rec, path), digest in rows.items()])


def _places(bench: Bench, done: Sequence[Decision], last: int) -> None:
    """Households found at the door get their place, and their finder keeps them in sight."""
    found = {d.new_unit[0]: d.new_unit for d in done if d.new_unit}
    for unit, area, path in found.values():
        bench.session.add(UnitPlace(unit=unit, area=area, area_path=path, started_seq=last))
        if bench.who.has(OWN) and not bench.who.office:
            bench.session.add(
                Assignment(
                    user_id=bench.who.user,
                    unit=unit,
                    started_seq=last,
                    started_at=bench.now,
                    reason="found at the door",
                )
            )


def _parked(bench: Bench, decisions: Sequence[Decision]) -> None:
    """Ops that wait or need a person are kept whole and sealed."""
    session = bench.session
    released = [(d.origin, d.op.op) for d in decisions if d.answer.outcome is not Outcome.HELD]
    if bench.waiting and released:
        session.execute(delete(Held).where(tuple_(Held.origin, Held.op).in_(released)))
    held = [d for d in decisions if d.answer.outcome is Outcome.HELD]
    aside = [d for d in decisions if d.answer.outcome is Outcome.QUARANTINED]
    if held:
        rows = [_kept(bench, d) | {"after": d.op.after, "held_at": bench.now} for d in held]
        session.execute(insert(Held), rows)
    if aside:
        rows = [
            _kept(bench, d) | {"why": d.answer.why, "detail": d.detail, "quarantined_at": bench.now}
            for d in aside
        ]
        session.execute(insert(Quarantine), rows)


def _kept(bench: Bench, decision: Decision) -> dict[str, Any]:
    return {
        "origin": decision.origin,
        "op": decision.op.op,
        "rec": decision.op.rec,
        "user_id": bench.who.user,
        "payload": sealed_op(bench.keys, decision.op),
    }


def sealed_op(keys: Keyring, op: Op) -> str:
    return keys.seal(op.op, "op", msgspec.to_builtins(op))


def _results(bench: Bench, decisions: Sequence[Decision], last: int) -> None:
    rows = [
        {
            "origin": d.origin,
            "op": d.op.op,
            "rec": d.op.rec,
            "n": d.op.n,
            "outcome": d.answer.outcome.value,
            "result": _json(d.answer.told()),
            "seq": last,
            "received_at": bench.now,
        }
        for d in decisions
        if d.answer.outcome is not Outcome.HELD
    ]
    if rows:
        bench.session.execute(insert(OpResult), rows)


def _attachments(bench: Bench, done: Sequence[Decision]) -> dict[str, int]:
    """Tell media which files records now name: {submission: photos still missing}."""
    named: dict[str, tuple[int, dict[str, Any]]] = {}
    for touched in _submissions(done):
        files = {
            path: value
            for path, value in touched.merged.applied.items()
            if touched.rules.of(path).type is QuestionType.IMAGE
        }
        before = named.get(touched.state.id, (0, {}))[1]
        named[touched.state.id] = (touched.state.version, before | files)
    return attach.expect(bench.session, named)


def _submissions(done: Sequence[Decision]) -> list[Touched]:
    return [
        t
        for d in done
        for t in d.touched
        if t.state.type == RecordType.SUBMISSION.value and t.merged.changed
    ]


def _afterwards(bench: Bench, done: Sequence[Decision], missing: dict[str, int]) -> None:
    versions = {t.state.id: t.state.version for t in _submissions(done)}
    asks = [(outbox.Kind.VISIT_ACCEPTED, rec, v) for rec, v in versions.items()]
    asks += [
        (outbox.Kind.VISIT_COMPLETE, rec, v) for rec, v in versions.items() if not missing.get(rec)
    ]
    outbox.put_all(bench.session, asks)
    status.refresh(bench.session, versions)
