"""The workbench of one push: everything its ops may touch, locked and read before deciding."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import orjson
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from forms.flatpath import flatten
from store import feed
from store.accounts import Device
from store.conflicts import Conflict
from store.db import among
from store.records import Held, OpResult, Quarantine, Revision
from store.seal import Keyring
from store.status import lock
from sync import definitions, subject
from sync.derive import candidates
from sync.scope import Who
from sync.standing import Standing, standing
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
    """{(origin, op): the answer it had}"""
    held: set[tuple[str, str]] = field(default_factory=set)
    """Of these, the ops that wait in the table."""
    arrived: set[tuple[str, str]] = field(default_factory=set)
    waiting: dict[tuple[str, str], list[Op]] = field(default_factory=lambda: defaultdict(list))
    """{(origin, predecessor): ops held for it}"""
    taken: set[str] = field(default_factory=set)
    """Op ids that another device's ops on these records have."""
    people: dict[str, str] = field(default_factory=dict)
    """{device: whose it is} of the origins in this push"""
    records: dict[str, RecordState] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)
    disputed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    definitions: dict[tuple[str, str], FormDefinition] = field(default_factory=dict)
    epoch: str = ""
    cuts: dict[str, int] = field(default_factory=dict)
    """{older epoch: how far its history is known to agree with this one}"""
    flags: dict[str, list[str]] = field(default_factory=dict)
    """{op: what is to be noted of it beside its own words}"""
    values: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """{(origin, op): {flat path: value}}"""
    released: tuple[str, str] | None = None
    """(origin, op) that a person lets go though its predecessor never came."""
    settling: str | None = None
    """The path of one record that a person settles with this op."""


def origin_of(who: Who, op: Op) -> str:
    return op.origin or who.device


def lay(
    session: Session,
    keys: Keyring,
    who: Who,
    ops: list[Op],
    now: str,
    offset: float | None,
    released: tuple[str, str] | None = None,
) -> Bench:
    """Read and lock what `ops`, and ops held for them, may touch."""
    bench = Bench(session, keys, who, now, offset, released=released)
    bench.epoch, bench.cuts = feed.epoch(session), feed.cuts(session)
    origins = {origin_of(who, op) for op in ops}
    _one_at_a_time(session, origins | {who.device})
    everything = ops + _held(bench, ops)
    _results(bench, everything)
    _owners(bench, origins | {origin_of(who, op) for op in everything})
    bench.definitions = definitions.load(session, {(op.form, op.form_v) for op in everything})
    bench.known.pop(released or ("", ""), None)
    done = bench.known.keys() - bench.held
    fresh = [op for op in everything if (origin_of(who, op), op.op) not in done]
    _take(bench, {ident for op in fresh for ident in _touched(bench, op)})
    _take(bench, _named_members(bench, fresh) - bench.records.keys())
    _taken(bench, fresh)
    units = {state.unit for state in bench.records.values()}
    units |= {unit for op in fresh if (unit := unit_of(bench, op))}
    bench.standing = standing(session, who, units)
    return bench


def values_of(bench: Bench, op: Op) -> dict[str, Any]:
    """What the op sets as one flat mapping, made once; only to be read."""
    name = (origin_of(bench.who, op), op.op)
    values = bench.values.get(name)
    if values is None:
        values = bench.values[name] = flatten(op.set, op.rows)
    return values


def unit_of(bench: Bench, op: Op) -> str | None:
    """The household or place an op is about: its record's, else the one it names."""
    if op.rec in bench.records:
        return bench.records[op.rec].unit
    definition = bench.definitions.get((op.form, op.form_v))
    return subject.unit(definition, op.set, bench.who) if definition else None


def person_of(bench: Bench, origin: str) -> str:
    """Whose word an op is: the origin device's person, whoever carried it here."""
    return bench.people.get(origin, bench.who.user)


def base_of(bench: Bench, op: Op, version: int) -> int:
    """The version that an op began from; what the backup lacked, the op cannot have seen."""
    base = min(op.base.v, version) if op.base else 0
    return _agreed(bench, op, op.rec, base)


def seen_of(bench: Bench, op: Op, state: RecordState) -> int:
    """The version of a household or member that the op's form was filled from."""
    return _agreed(bench, op, state.id, min(op.seen[state.id], state.version))


def _agreed(bench: Bench, op: Op, rec: str, version: int) -> int:
    """An op of an older epoch saw nothing of what came after that history and ours parted.

    An epoch that nobody here knows is taken to have parted at the earliest such place.
    """
    if not (version and bench.cuts and op.base) or op.base.epoch == bench.epoch:
        return version
    cut = bench.cuts.get(op.base.epoch, min(bench.cuts.values()))
    query = select(func.max(Revision.version)).where(Revision.rec == rec, Revision.seq <= cut)
    return min(version, bench.session.execute(query).scalar_one_or_none() or 0)


def opened(keys: Keyring, held: Held | Quarantine) -> Op:
    """The op as it came, with the device that made it, whoever sets it free."""
    op = msgspec.convert(keys.open(held.op, "op", held.payload), Op)
    return msgspec.structs.replace(op, origin=held.origin)


def _one_at_a_time(session: Session, devices: Iterable[str]) -> None:
    """A phone that sends the same push twice at once gets the second answered after the first."""
    if session.get_bind().dialect.name == "postgresql":
        for device in sorted(devices):
            key = func.hashtextextended(device, 0)
            session.execute(select(func.pg_advisory_xact_lock(key)))


def _owners(bench: Bench, origins: Iterable[str]) -> None:
    others = set(origins) - {bench.who.device}
    if others:
        query = select(Device.id, Device.user_id).where(Device.id.in_(others))
        bench.people = {device: user for device, user in bench.session.execute(query)}


def _held(bench: Bench, ops: list[Op]) -> list[Op]:
    """Ops that wait on a record of this push, or for one of its ops, and for those in turn."""
    recs, names = {op.rec for op in ops}, {op.op for op in ops}
    released: dict[tuple[str, str], Op] = {}
    while True:
        query = select(Held).where(or_(Held.rec.in_(recs), Held.after.in_(names)))
        fresh = [h for h in bench.session.scalars(query) if (h.origin, h.op) not in released]
        if not fresh:
            return list(released.values())
        for held in sorted(fresh, key=lambda h: (h.held_at, h.op)):
            op = opened(bench.keys, held)
            released[(held.origin, held.op)] = op
            bench.waiting[(held.origin, held.after)].append(op)
            bench.held.add((held.origin, held.op))
            bench.known[(held.origin, held.op)] = {
                "op": held.op,
                "result": "held",
                "after": held.after,
            }
        recs, names = {h.rec for h in fresh}, {h.op for h in fresh}


def _results(bench: Bench, ops: list[Op]) -> None:
    names = {(origin_of(bench.who, op), op.op) for op in ops}
    names |= {(origin_of(bench.who, op), op.after) for op in ops if op.after}
    query = select(OpResult.origin, OpResult.op, OpResult.result).where(
        among(OpResult.origin, OpResult.op, names)
    )
    for origin, op, result in bench.session.execute(query):
        bench.known[(origin, op)] = orjson.loads(result)
        bench.arrived.add((origin, op))


def _touched(bench: Bench, op: Op) -> set[str]:
    values = values_of(bench, op)
    if op.confirmed or op.del_:
        values = values | dict.fromkeys((*op.confirmed, *op.del_))
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
            found |= candidates(state.id, state.unit, state.values | state.sealed)
    return found


def _taken(bench: Bench, fresh: list[Op]) -> None:
    """A cloned phone may send ids that another has used; one id is one revision of a record."""
    if bench.records and fresh:
        query = select(Revision.op).where(
            Revision.rec.in_(bench.records), Revision.op.in_({op.op for op in fresh})
        )
        bench.taken = set(bench.session.scalars(query))
