"""The workbench of one push: everything its ops may touch, locked and read before deciding."""

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec
import orjson
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from forms.flatpath import flatten
from store import ids
from store.conflicts import Conflict
from store.records import Held, OpResult
from store.seal import Keyring
from store.status import lock
from sync import definitions, scope
from sync.derive import candidates
from sync.scope import Standing, Who
from sync.state import RecordState, load
from sync.wire import Op


@dataclass(slots=True)
class Bench:
    """What deciding reads; `records` are changed in place, all else is only read."""

    session: Session
    keys: Keyring
    who: Who
    now: str
    offset: float | None
    """Seconds that the server's clock was ahead of the device's when the push arrived."""
    known: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    arrived: set[tuple[str, str]] = field(default_factory=set)
    waiting: dict[tuple[str, str], list[Held]] = field(default_factory=lambda: defaultdict(list))
    records: dict[str, RecordState] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)
    disputed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    definitions: dict[tuple[str, str], FormDefinition] = field(default_factory=dict)


def origin_of(who: Who, op: Op) -> str:
    return op.origin or who.device


def lay(
    session: Session, keys: Keyring, who: Who, ops: list[Op], now: str, offset: float | None
) -> Bench:
    """Read and lock what `ops`, and ops held for them, may touch."""
    _one_at_a_time(session, who.device)
    bench = Bench(session, keys, who, now, offset)
    everything = ops + _held(bench, ops)
    _results(bench, everything)
    bench.definitions = definitions.load(session, {(op.form, op.form_v) for op in everything})
    fresh = [op for op in everything if (origin_of(who, op), op.op) not in bench.known]
    _take(bench, {ident for op in fresh for ident in _touched(bench, op)})
    _take(bench, _named_members(bench, fresh) - bench.records.keys())
    units = {state.unit for state in bench.records.values()}
    units |= {unit for op in fresh if (unit := unit_of(bench, op))}
    bench.standing = scope.standing(session, who, units)
    return bench


def unit_of(bench: Bench, op: Op) -> str | None:
    """The household an op is about: its record's, else the one it names."""
    if op.rec in bench.records:
        return bench.records[op.rec].unit
    definition = bench.definitions.get((op.form, op.form_v))
    named = op.set.get(definition.unit_path) if definition else None
    return named if ids.is_uuid(named) else None


def opened(keys: Keyring, held: Held) -> Op:
    """The op as it came."""
    return msgspec.convert(keys.open(held.op, "op", held.payload), Op)


def _one_at_a_time(session: Session, device: str) -> None:
    """A phone that sends the same push twice at once gets the second answered after the first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(device, 0))))


def _held(bench: Bench, ops: list[Op]) -> list[Op]:
    """Ops that wait on any record of this push."""
    query = select(Held).where(Held.rec.in_({op.rec for op in ops})).order_by(Held.held_at)
    released = []
    for held in bench.session.scalars(query):
        bench.waiting[(held.origin, held.after)].append(held)
        bench.known[(held.origin, held.op)] = {
            "op": held.op,
            "result": "held",
            "after": held.after,
        }
        released.append(opened(bench.keys, held))
    return released


def _results(bench: Bench, ops: list[Op]) -> None:
    names = {(origin_of(bench.who, op), op.op) for op in ops}
    names |= {(origin_of(bench.who, op), op.after) for op in ops if op.after}
    query = select(OpResult.origin, OpResult.op, OpResult.result).where(
        tuple_(OpResult.origin, OpResult.op).in_(names)
    )
    for origin, op, result in bench.session.execute(query):
        bench.known[(origin, op)] = orjson.loads(result)
        bench.arrived.add((origin, op))


def _touched(bench: Bench, op: Op) -> set[str]:
    values = flatten(op.set, op.rows)
    return {op.rec} | candidates(op.rec, unit_of(bench, op), values)


def _take(bench: Bench, wanted: set[str]) -> None:
    """Lock records in id order and read them with their open conflicts."""
    if not wanted:
        return
    for row in lock(bench.session, wanted):
        bench.records[row.id] = load(row)
    query = select(Conflict.rec, Conflict.path).where(
        Conflict.rec.in_(wanted), Conflict.state == "open"
    )
    for rec, path in bench.session.execute(query):
        bench.disputed[rec].add(path)


def _named_members(bench: Bench, ops: list[Op]) -> set[str]:
    """Members and household that records already on the bench name, for edits of known rows."""
    found: set[str] = set()
    for op in ops:
        state = bench.records.get(op.rec)
        if state is not None:
            found |= candidates(state.id, state.unit, state.values)
    return found
