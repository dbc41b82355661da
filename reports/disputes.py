"""What waits for a person: values that disagree, and ops that were set aside whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from forms.flatpath import flatten
from reports.wording import Known, Wording
from store.accounts import User
from store.conflicts import Conflict
from store.records import Quarantine, Record, RecordType
from store.seal import Keyring
from store.units import UnitPlace
from sync import scope
from sync.scope import Who
from verify import history
from verify.history import Sent
from verify.reading import household_codes

PAGE = 50


@dataclass(frozen=True, slots=True)
class Value:
    """One value beside its question. `secret` says that it must be masked before it is shown."""

    path: str
    known: Known | None
    value: Any
    secret: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """One open conflict: what both began from, what stands, what waits."""

    row: Conflict
    record: Record
    visit: str | None
    """The visit's id; None for a value of the register."""
    household: str
    """The household's id: its unit."""
    household_code: str
    by: str
    stood: tuple[str, str]
    """Who sent the value that stands, and when by their phone; empty where nobody did."""
    known: Known | None
    base: list[Value]
    standing: list[Value]
    waiting: list[Value]


@dataclass(frozen=True, slots=True)
class Aside:
    """One op that a person has to look at."""

    row: Quarantine
    by: User
    form: str
    form_v: str
    at: str
    values: list[Value]


def conflicts(
    session: Session,
    keys: Keyring,
    who: Who,
    after: str = "",
    size: int = PAGE,
    state: str = "open",
    area: str = "",
) -> tuple[list[Dispute], str | None]:
    """Conflicts in scope, the latest first, and where the next page begins.

    `state` is open or settled; `area` is the path of a subtree, "" for all of the scope.
    """
    query = (
        select(Conflict, Record, User.name)
        .join(Record, Record.id == Conflict.rec)
        .join(User, User.id == Conflict.user_id)
        .where(Conflict.state == state, Conflict.unit.in_(scope.units(who)))
        .where(Conflict.unit.in_(_standing_in(area)) if area else true())
        .order_by(Conflict.found_at.desc(), Conflict.id.desc())
    )
    rows = _page(session, query, after, size)
    wording = Wording(session)
    codes = household_codes(session, [conflict.unit for conflict, _, _ in rows])
    sent = history.sent_by(session, {record.id for _, record, _ in rows})
    shown = [dispute(keys, wording, codes, sent[row[1].id], *row) for row in rows[:size]]
    return shown, shown[-1].row.id if len(rows) > size else None


def _standing_in(path: str) -> Select[str]:
    return select(UnitPlace.unit).where(UnitPlace.ended_seq.is_(None), scope.below([path]))


def _page(
    session: Session, query: Select[Conflict, Record, str], after: str, size: int
) -> list[Any]:
    """Rows behind the conflict `after`: (moment, id) is the key."""
    last = session.get(Conflict, after) if after else None
    if last is not None:
        behind = (Conflict.found_at < last.found_at) | (
            (Conflict.found_at == last.found_at) & (Conflict.id < last.id)
        )
        query = query.where(behind)
    return list(session.execute(query.limit(size + 1)))


def dispute(
    keys: Keyring,
    wording: Wording,
    codes: dict[str, str],
    sent: Sequence[Sent],
    row: Conflict,
    record: Record,
    by: str,
) -> Dispute:
    is_visit = record.type == RecordType.SUBMISSION.value
    known = _known(wording, record, row.path)
    who, _, at = history.stood(row, sent)
    return Dispute(
        row=row,
        record=record,
        visit=record.id if is_visit else None,
        household=row.unit,
        household_code=codes[row.unit],
        by=by,
        stood=(who, at),
        known=known,
        base=_side(keys, wording, row, record, row.base),
        standing=_side(keys, wording, row, record, row.standing),
        waiting=_side(keys, wording, row, record, row.waiting),
    )


def _known(wording: Wording, record: Record, path: str) -> Known | None:
    if record.type == RecordType.SUBMISSION.value:
        return wording.asked(record.form or "", record.form_v or "", path)
    return wording.saved(path)


def _side(keys: Keyring, wording: Wording, row: Conflict, record: Record, text: str) -> list[Value]:
    """One side's values: one, or all of a row or person that one side took away."""
    value = orjson.loads(text)
    if value is None:
        return []
    if row.sealed:
        value = keys.open(row.rec, row.path, value)
    if row.kind == "delete" and isinstance(value, dict):
        return [_value(_known(wording, record, path), path, each) for path, each in value.items()]
    known = _known(wording, record, row.path)
    return [Value(row.path, known, value, row.sealed or _secret(known))]


def _value(known: Known | None, path: str, value: Any) -> Value:
    return Value(path, known, value, _secret(known))


def _secret(known: Known | None) -> bool:
    """What no published form knows might be anything, so nobody sees it open."""
    return known is None or known.sealed


def asides(
    session: Session, keys: Keyring, people: Select[str], before: str = "", size: int = PAGE
) -> tuple[list[Aside], str | None]:
    """Ops of these users that are still set aside, the latest first; where the next page begins."""
    query = (
        select(Quarantine, User)
        .join(User, User.id == Quarantine.user_id)
        .where(Quarantine.released_at.is_(None), Quarantine.user_id.in_(people))
        .order_by(Quarantine.quarantined_at.desc(), Quarantine.op.desc())
    )
    if before:
        moment, _, op = before.partition("_")
        query = query.where(
            (Quarantine.quarantined_at < moment)
            | ((Quarantine.quarantined_at == moment) & (Quarantine.op < op))
        )
    rows = list(session.execute(query.limit(size + 1)))
    wording = Wording(session)
    shown = [_aside(keys, wording, row, by) for row, by in rows[:size]]
    last = shown[-1].row if len(rows) > size else None
    return shown, f"{last.quarantined_at}_{last.op}" if last else None


def _aside(keys: Keyring, wording: Wording, row: Quarantine, by: User) -> Aside:
    op: dict[str, Any] = keys.open(row.op, "op", row.payload)
    form, form_v = str(op.get("form", "")), str(op.get("form_v", ""))
    flat = flatten(op.get("set", {}), op.get("rows", {}))
    values = [_value(wording.asked(form, form_v, path), path, each) for path, each in flat.items()]
    return Aside(row, by, form, form_v, str(op.get("at", "")), values)
