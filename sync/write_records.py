"""Writing the latest of each record: one row of columns from what was decided."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import bindparam, update

from store import digest
from store.bulk import add_all
from store.digest import Tally
from store.records import Record, RecordType, VisitState
from sync.bench import Bench, person_of
from sync.clocks import captured
from sync.decision import Decision
from sync.state import RecordState, doc_text, setters_text
from sync.wire import Fix, Op


def write(
    bench: Bench, done: Sequence[Decision], changed: list[RecordState], seqs: dict[str, int]
) -> None:
    ops = {t.state.id: d for d in reversed(done) for t in d.touched}
    fixes = {t.state.id: d.op.fix for d in done for t in d.touched if d.op.fix}
    tally = Tally()
    fresh: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    for state in changed:
        first = ops[state.id]
        row = _columns(state, seqs[state.id])
        if state.type == RecordType.SUBMISSION.value:
            row |= _visit_columns(state, first, fixes.get(state.id) or _known_fix(state), bench)
        else:
            row |= _entity_columns(state, first)
        (known if state.row is not None else fresh).append(row)
        _sum_up(tally, state, row.get("author"))
    if fresh:
        add_all(bench.session, Record, fresh)
    if known:
        table = Record.__table__
        names = [n for n in known[0] if n not in ("id", "type")]
        statement = update(table).where(table.c.id == bindparam("key"))  # type: ignore[arg-type]
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        rows = [{"key": row["id"]} | {n: row[n] for n in names} for row in known]
        bench.session.connection().execute(statement.values(values), rows)
    tally.write(bench.session)


def _sum_up(tally: Tally, state: RecordState, author: str | None) -> None:
    """The unit's digest, with the record as it was and as it is."""
    row = state.row
    part = digest.part_of(state.type, state.unit, author, row is not None and row.handed)
    if row is not None and not row.deleted:
        tally.add(part, state.id, row.version, -1)
    if not state.deleted:
        tally.add(part, state.id, state.version)


def _columns(state: RecordState, seq: int) -> dict[str, Any]:
    return {
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


def _entity_columns(state: RecordState, decision: Decision) -> dict[str, Any]:
    found = decision.new_unit is not None
    before = state.row.state if state.row is not None else None
    return dict.fromkeys(
        ("form", "form_v", "author", "device", "outcome", "captured_at", "received_at")
        + ("lat", "lon", "acc")
    ) | {"state": "proposed" if found else before}


def _visit_columns(
    state: RecordState, decision: Decision, fix: Fix | Record | None, bench: Bench
) -> dict[str, Any]:
    op, row = decision.op, state.row
    moment, _ = captured(op, bench.offset, bench.now)
    return {
        "form": op.form,
        "form_v": op.form_v,
        "author": row.author if row is not None else person_of(bench, decision.origin),
        "device": row.device if row is not None else decision.origin,
        "state": _visit_state(bench, op, row),
        "outcome": _outcome(state),
        "captured_at": row.captured_at if row is not None else moment,
        "received_at": row.received_at if row is not None else bench.now,
        "lat": fix.lat if fix else None,
        "lon": fix.lon if fix else None,
        "acc": fix.acc if fix else None,
    }


def _visit_state(bench: Bench, op: Op, row: Record | None) -> str | None:
    """An edit is to be reviewed anew; a supervisor's settlement leaves the visit where it is."""
    if bench.settling is not None and row is not None:
        return row.state
    return VisitState.RECEIVED.value if _is_visit(bench, op) else None


def _is_visit(bench: Bench, op: Op) -> bool:
    """The office's entries are reviewed by nobody."""
    definition = bench.definitions.get((op.form, op.form_v))
    return definition is not None and definition.is_visit


def _known_fix(state: RecordState) -> Record | None:
    return state.row if state.row is not None and state.row.lat is not None else None


def _outcome(state: RecordState) -> str | None:
    """How the door was found: the question named `outcome`, in whatever group it stands."""
    named = (v for p, v in state.values.items() if p.rpartition("/")[2] == "outcome")
    value = next(named, None)
    return value.replace("\x00", "")[:64] if isinstance(value, str) else None
