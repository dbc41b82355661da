"""Settling: a person's word on a conflict, as an op of their server-side device.

One road in: locked, merged, written and told like every other op, on the version that the person
saw; so it is in the history, and phones hear of it. It closes all that is open on the path.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.flatpath import unflatten
from store import clock, ids, status
from store.accounts import Device
from store.conflicts import Conflict
from store.db import among
from store.errors import Conflicting, Forbidden, Invalid, NotFound
from store.records import OpResult, Record, RecordType, Revision
from store.seal import Keyring
from sync import closing
from sync.answer import OpAnswer, Outcome
from sync.bench import Bench, lay
from sync.decide import decide, revive
from sync.decision import Decision, Touched
from sync.history import base_reader, values_at
from sync.merge import Edit, Merged, merge
from sync.policy import entity_rules
from sync.scope import Who
from sync.state import RecordState, Setter, load
from sync.wire import Base, Op
from sync.write import write

MAX_REASON = 500
ENTITIES = (RecordType.HOUSEHOLD.value, RecordType.MEMBER.value)


class Choice(Enum):
    """What a person decides."""

    STANDING = "standing"
    """What came first stands."""
    WAITING = "waiting"
    """What came later is put in its place."""
    OTHER = "other"
    """Neither: a value of the person's own."""


class Settled(Conflicting):
    """Somebody settled this conflict before."""

    code = "conflict_settled"


class OwnConflict(Forbidden):
    """Nobody settles between another's word and their own."""

    code = "own_conflict"


class Moved(Conflicting):
    """Another value came, or what stands changed, while the conflict was looked at."""

    code = "conflict_moved"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision with its reason. `mark` is what the person saw, None to take what is there."""

    choice: Choice
    reason: str
    mark: str | None = None
    value: Any = None


def mark(version: int, open_: Sequence[Conflict]) -> str:
    """What a person looked at: the record's version and the values that wait."""
    told = orjson.dumps([version, sorted(each.id for each in open_)])
    return hashlib.sha256(told).hexdigest()[:16]


def joined(session: Session, row: Conflict) -> list[Conflict]:
    """Every conflict that is open on the same path, the first to come first."""
    query = select(Conflict).where(
        Conflict.rec == row.rec, Conflict.path == row.path, Conflict.state == "open"
    )
    return list(session.scalars(query.order_by(Conflict.seq, Conflict.id)))


def authors(session: Session, open_: Sequence[Conflict]) -> set[str]:
    """Whose word any side is."""
    found = {each.user_id for each in open_}
    pairs = {(each.rec, each.standing_op) for each in open_ if each.standing_op}
    query = select(Revision.user_id).where(among(Revision.rec, Revision.op, pairs))
    return found | set(session.scalars(query))


def settle(
    session: Session, keys: Keyring, who: Who, ident: str, verdict: Verdict, now: str
) -> Conflict:
    """Decide a conflict in the caller's writing transaction.

    Raises NotFound, Settled, OwnConflict, Moved, Invalid (a reason is missing, or this kind of
    conflict has no other value). The caller has made sure that `who` may settle there.
    """
    row = session.get(Conflict, ident)
    if row is None:
        raise NotFound("there is no such conflict")
    _sound(row, verdict)
    seen = load(session.get_one(Record, row.rec))
    op = _op(session, row, who, *_values(session, keys, seen, row, verdict))
    closing.hold(session, row)
    bench = lay(session, keys, who, [op], now, 0.0)
    session.refresh(row)
    _fair(session, seen, bench.records[row.rec], row, verdict, who)
    op = _based(bench, op)
    decision = _decided(bench, op, row)
    word = closing.Word(verdict.choice.value, verdict.reason.strip(), who.user, op.op, now)
    told = closing.close(session, row, word, removing=bool(op.del_))
    write(bench, [decision])
    status.refresh(session, told)
    return row


def _sound(row: Conflict, verdict: Verdict) -> None:
    reason = verdict.reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise Invalid("say why", reason=f"1 to {MAX_REASON} characters")
    if verdict.choice is Choice.OTHER and row.kind != "value":
        raise Invalid("a row is kept or taken away, there is no third", choice="not for a removal")


def _fair(
    session: Session,
    seen: RecordState,
    state: RecordState,
    row: Conflict,
    verdict: Verdict,
    who: Who,
) -> None:
    open_ = joined(session, row)
    if row.state != "open":
        raise Settled("this conflict is settled", state=row.state)
    if who.user in authors(session, open_):
        raise OwnConflict("one of the values is your own; somebody else settles it")
    if verdict.mark not in (None, mark(state.version, open_)) or seen.version != state.version:
        raise Moved("the conflict has changed since; look at it again", mark="moved")


def _op(
    session: Session, row: Conflict, who: Who, values: Mapping[str, Any], gone: list[str]
) -> Op:
    """The settling op; its form is the one that the later value came with."""
    record = session.get_one(Record, row.rec)
    source = record
    if record.type in ENTITIES:
        told = session.get(OpResult, (row.origin, row.op))
        source = session.get_one(Record, told.rec) if told else record
    device = session.get_one(Device, who.device, with_for_update=True)
    n = device.next_n
    device.next_n += 1
    set_, rows = unflatten(values)
    return Op(
        op=ids.new(),
        n=n,
        rec=row.rec,
        type=record.type,
        form=source.form or "",
        form_v=source.form_v or "",
        at=clock.now(),
        set=set_,
        rows=rows,
        del_=gone,
    )


def _based(bench: Bench, op: Op) -> Op:
    """Whoever settles has seen everything as it is now."""
    return msgspec.structs.replace(
        op,
        base=Base(bench.epoch, bench.records[op.rec].version),
        seen={ident: state.version for ident, state in bench.records.items()},
    )


def _values(
    session: Session, keys: Keyring, state: RecordState, row: Conflict, verdict: Verdict
) -> tuple[dict[str, Any], list[str]]:
    """(values to set, rows to take away)."""
    if verdict.choice is Choice.STANDING:
        return {}, []
    if verdict.choice is Choice.OTHER:
        return {row.path: verdict.value}, []
    waiting = orjson.loads(row.waiting)
    if row.sealed and waiting is not None:
        waiting = keys.open(row.rec, row.path, waiting)
    if row.kind == "value":
        return {row.path: waiting}, []
    if waiting is None:
        return {}, [row.path]
    return _before_removal(session, keys, state, row) | waiting, []


def _before_removal(
    session: Session, keys: Keyring, state: RecordState, row: Conflict
) -> dict[str, Any]:
    """What the row, or the whole person, said before it was taken away."""
    setter = state.setters.get(row.path)
    if setter is None:
        return {}
    values = values_at(session, keys, row.rec, setter.v - 1)
    if not row.path:
        return values
    return {path: value for path, value in values.items() if path.startswith(f"{row.path}/")}


def _decided(bench: Bench, op: Op, row: Conflict) -> Decision:
    bench.settling = row.path
    removing = bool(op.del_)
    bench.disputed[row.rec] = {
        path for path in bench.disputed[row.rec] if not closing.covers(row.path, path, removing)
    }
    bench.flags[op.op] = ["settled"]
    if bench.records[row.rec].type in ENTITIES:
        return _entity(bench, op, row)
    decision = decide(bench, op)
    if decision.answer.outcome is Outcome.QUARANTINED:
        raise Invalid(f"this cannot be settled here: {decision.detail}", choice="not possible")
    return decision


def _entity(bench: Bench, op: Op, row: Conflict) -> Decision:
    """A household or a member: the only op that is about one of them itself."""
    state = bench.records[row.rec]
    definition = bench.definitions.get((op.form, op.form_v))
    if definition is None:
        raise Invalid("the form of the later value is not published here", choice="not possible")
    rules, base = entity_rules(definition, state.type), state.version
    edit = Edit(bench.who.device, op.n, base, dict(op.set), (), True)
    if "" in op.del_:
        merged = _ended(state, edit)
    else:
        if op.set:
            revive(state, edit)
        reader = base_reader(bench.session, bench.keys, state.id, base)
        merged = merge(bench.keys, state, edit, rules, bench.disputed[state.id], reader)
    answer = OpAnswer(op.op, Outcome.APPLIED, state.version)
    touched = Touched(state, merged, rules, base, state.version)
    return Decision(op, bench.who.device, answer, [touched])


def _ended(state: RecordState, edit: Edit) -> Merged:
    state.version += 1
    state.changed = state.deleted = True
    state.setters[""] = Setter(state.version, edit.device, edit.n)
    return Merged(rows_gone=[""])
