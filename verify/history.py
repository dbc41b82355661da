"""What became of a record: each op with old and new values, and both sides of disagreements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.accounts import Device, User
from store.conflicts import Conflict
from store.records import Revision
from store.seal import Keyring
from sync.history import split_witness
from verify.filled import same
from verify.labels import Named

Mask = Callable[[str, object], str]
"""(path, open P1 value) → what everybody may see."""
Naming = Callable[[str, Mapping[str, Any]], Named]
"""(flat path, values of that moment) → its words."""


@dataclass(frozen=True, slots=True)
class Change:
    """One path's old and new value; None is no value. P1 values are masked."""

    named: Named
    old: Any
    new: Any
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One op as it was applied."""

    version: int
    op: str
    by: str
    device: str
    at: str
    """The device's own time, raw."""
    received_at: str
    form_v: str | None
    flags: tuple[str, ...]
    changes: tuple[Change, ...]
    aside: tuple[Change, ...]
    """Values that went to history only: `new` is what the op said."""


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a disagreement, and where it came from."""

    value: Any
    by: str = ""
    device: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two values for one path, and the one that both began from."""

    id: str
    rec: str
    named: Named
    kind: str
    base: Any
    standing: Side
    waiting: Side
    state: str
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """A record's values while its ops are read again; P1 values open, so never shown as such."""

    naming: Naming
    mask: Mask
    values: dict[str, Any] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)

    def change(self, path: str, old: Any, new: Any, known: Mapping[str, Any]) -> Change:
        """A line of the history; a P1 value masked."""
        sealed = path in self.secret
        shown = [self.mask(path, v) if sealed and v is not None else v for v in (old, new)]
        return Change(self.naming(path, known), shown[0], shown[1], sealed)

    def apply(self, said: Mapping[str, Any]) -> tuple[Change, ...]:
        """Take an op's values over; what that changed."""
        before = dict(self.values)
        for path, value in said.items():
            if value is not None:
                self.values[path] = value
                continue
            for gone in [p for p in self.values if p == path or p.startswith(path + "/")]:
                del self.values[gone]
        return self.between(before, self.values, said)

    def between(
        self, before: Mapping[str, Any], after: Mapping[str, Any], paths: Iterable[str]
    ) -> tuple[Change, ...]:
        known = {**before, **after}
        return tuple(
            self.change(path, before.get(path), after.get(path), known)
            for path in paths
            if not same(before.get(path), after.get(path)) or path.endswith("]")
        )


@dataclass(frozen=True, slots=True)
class History:
    """A record's ops in the order they were applied."""

    entries: tuple[Entry, ...]
    _replay: Replay
    _kept: Mapping[int, Mapping[str, Any]]
    """{version: values after it}"""

    def since(self, version: int) -> tuple[Change, ...]:
        """What is different now from what it was at `version`, one line per path."""
        before, now = self._kept.get(version, {}), self._replay.values
        return self._replay.between(before, now, dict.fromkeys([*now, *before]))


def read(session: Session, keys: Keyring, rec: str, naming: Naming, mask: Mask) -> History:
    """The history of one record; P1 values come masked."""
    query = (
        select(Revision, User.name, Device)
        .outerjoin(User, User.id == Revision.user_id)
        .outerjoin(Device, Device.id == Revision.origin)
        .where(Revision.rec == rec)
        .order_by(Revision.version, Revision.id)
    )
    replay = Replay(naming, mask)
    kept: dict[int, Mapping[str, Any]] = {}
    entries = []
    for row, name, device in session.execute(query):
        entries.append(_entry(row, name, device, *_one(keys, row, replay)))
        kept[row.version] = dict(replay.values)
    return History(tuple(entries), replay, kept)


def _one(
    keys: Keyring, row: Revision, replay: Replay
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """(what an op changed, what it said that did not stand)."""
    sealed = keys.open_all(row.rec, orjson.loads(row.sealed))
    told, told_sealed = split_witness(keys, row.rec, row.witness)
    replay.secret.update(sealed, told_sealed)
    before = dict(replay.values)
    changes = replay.apply(sealed | orjson.loads(row.changes))
    told |= told_sealed
    aside = (replay.change(path, before.get(path), value, before) for path, value in told.items())
    return changes, tuple(change for change in aside if not _is_witness(change))


def _is_witness(change: Change) -> bool:
    """Calculated answers are kept for every op; they were never meant to stand."""
    question = change.named.question
    return question is not None and question.calculated


def _entry(
    row: Revision,
    name: str | None,
    device: Device | None,
    changes: tuple[Change, ...],
    aside: tuple[Change, ...],
) -> Entry:
    return Entry(
        version=row.version,
        op=row.op,
        by=name or "",
        device=called(device),
        at=row.at,
        received_at=row.received_at,
        form_v=row.form_v,
        flags=tuple(orjson.loads(row.flags)),
        changes=changes,
        aside=aside,
    )


def called(device: Device | None) -> str:
    """A device by its label and model; "" for the office's own."""
    if device is None or device.kind == "server":
        return ""
    return " · ".join(part for part in (device.label, device.model) if part)


def disputes(
    session: Session,
    keys: Keyring,
    recs: Collection[str],
    naming: Callable[[Conflict], Named],
    mask: Mask,
    about: Callable[[Conflict], bool] = lambda _row: True,
) -> tuple[Dispute, ...]:
    """Disagreements on these records, as far as they are `about` what is looked at."""
    query = (
        select(Conflict, User.name, Device)
        .outerjoin(User, User.id == Conflict.user_id)
        .outerjoin(Device, Device.id == Conflict.origin)
        .where(Conflict.rec.in_(recs))
        .order_by(Conflict.state, Conflict.found_at, Conflict.path)
    )
    rows = [row for row in session.execute(query) if about(row[0])]
    sent = sent_by(session, {row.rec for row, _, _ in rows})
    made = []
    for row, name, device in rows:
        base, standing, waiting = (
            _value(keys, row, text, mask) for text in (row.base, row.standing, row.waiting)
        )
        by, label, at = stood(row, sent[row.rec])
        made.append(
            Dispute(
                id=row.id,
                rec=row.rec,
                named=naming(row),
                kind=row.kind,
                base=base,
                standing=Side(standing, by, label, at),
                waiting=Side(waiting, name or "", called(device), row.at),
                state=row.state,
                sealed=row.sealed,
            )
        )
    return tuple(made)


def _value(keys: Keyring, row: Conflict, text: str, mask: Mask) -> Any:
    value = orjson.loads(text)
    if not row.sealed or value is None:
        return value
    return mask(row.path, keys.open(row.rec, row.path, value))


Sent = tuple[Revision, str | None, Device | None]


def sent_by(session: Session, recs: set[str]) -> dict[str, list[Sent]]:
    """{record: its ops with who sent them, the last first}"""
    query = (
        select(Revision, User.name, Device)
        .outerjoin(User, User.id == Revision.user_id)
        .outerjoin(Device, Device.id == Revision.origin)
        .where(Revision.rec.in_(recs))
        .order_by(Revision.version.desc(), Revision.id.desc())
    )
    found: dict[str, list[Sent]] = defaultdict(list)
    for row, name, device in session.execute(query):
        found[row.rec].append((row, name, device))
    return found


def stood(conflict: Conflict, sent: Sequence[Sent]) -> tuple[str, str, str]:
    """(who, on which device, when) of the value that stood when the later one came."""
    for row, name, device in sent:
        if row.op == conflict.op or row.received_at > conflict.found_at:
            continue
        if conflict.path in orjson.loads(row.changes) | orjson.loads(row.sealed):
            return name or "", called(device), row.at
    return "", "", ""
