"""The server's tables as plain values, and who may see what, reckoned here a second time."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from forms.flatpath import flatten
from store.accounts import Grant
from store.areas import Area
from store.conflicts import Conflict
from store.feed import FeedCounter
from store.forms import FormVersion
from store.records import Held, OpResult, Quarantine, Record, Revision
from store.reviews import Review
from store.seal import Keyring
from store.status import status_id
from store.units import Assignment, UnitPlace
from sync import definitions
from sync.history import SEALED

SHARED = ("household", "member", "summary", "form")


@dataclass(frozen=True)
class Rights:
    """Who has which role where, and where each household stands, now."""

    grants: list[tuple[str, str, str]]
    pairs: set[tuple[str, str]]
    places: dict[str, str]

    def units(self, user: str) -> set[str]:
        """Households in scope: a cadre's own, everybody else's by area."""
        roles = [(role, path) for of, role, path in self.grants if of == user]
        own = {u for of, u in self.pairs if of == user} if self.cadre(user) else set()
        wide = [path for role, path in roles if role != "cadre"]
        reached = {u for u, at in self.places.items() if any(at.startswith(p) for p in wide)}
        return own | reached

    def cadre(self, user: str) -> bool:
        return any(of == user and role == "cadre" for of, role, _ in self.grants)

    def paired(self, user: str, unit: str) -> bool:
        return (user, unit) in self.pairs and self.cadre(user)


def rights(session: Session) -> Rights:
    held = select(Grant.user_id, Grant.role, Area.path).join(Area, Area.code == Grant.area)
    pairs = select(Assignment.user_id, Assignment.unit).where(Assignment.ended_seq.is_(None))
    places = select(UnitPlace.unit, UnitPlace.area_path).where(UnitPlace.ended_seq.is_(None))
    return Rights(
        [(u, r, p) for u, r, p in session.execute(held.where(Grant.ended_seq.is_(None)))],
        {(u, unit) for u, unit in session.execute(pairs)},
        {unit: path for unit, path in session.execute(places)},
    )


def visible(session: Session, user: str) -> dict[str, int]:
    """{record: version} of all that a phone of this person should hold."""
    held = rights(session)
    units = held.units(user) | {"common"}
    columns = (Record.id, Record.type, Record.unit, Record.version, Record.author)
    query = select(*columns).where(Record.deleted.is_(False))
    handed = set(session.scalars(select(Review.rec).where(Review.action == "return")))
    handed |= {status_id(rec) for rec in handed}
    return {
        ident: version
        for ident, kind, unit, version, author in session.execute(query)
        if unit in units
        and (kind in SHARED or author == user or (ident in handed and held.paired(user, unit)))
    }


@dataclass(frozen=True)
class Change:
    """One revision, opened."""

    rec: str
    version: int
    op: str
    origin: str
    n: int
    seq: int
    values: dict[str, Any]
    aside: dict[str, Any]
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dispute:
    """One conflict, opened."""

    rec: str
    path: str
    kind: str
    op: str
    origin: str
    standing: Any
    waiting: Any
    state: str
    seq: int


@dataclass(frozen=True)
class Books:
    """Everything that is kept, read in one moment."""

    head: int
    records: dict[str, Row[Any]]
    docs: dict[str, dict[str, Any]]
    changes: dict[str, list[Change]]
    disputes: list[Dispute]
    outcomes: dict[tuple[str, str], str]
    held: dict[tuple[str, str], Any]
    aside: dict[tuple[str, str], Any]
    forms: dict[tuple[str, str], FormDefinition]

    def made(self, rec: str, op: str) -> Change | None:
        return next((c for c in self.changes.get(rec, ()) if c.op == op), None)

    def disputed(self, rec: str, op: str) -> list[Dispute]:
        return [d for d in self.disputes if (d.rec, d.op) == (rec, op)]


def read(session: Session, keys: Keyring) -> Books:
    rows = {row.id: row for row in session.execute(select(Record.__table__))}
    versions = {(f, v) for f, v in session.execute(select(FormVersion.form, FormVersion.version))}
    parked = {
        (h.origin, h.op): keys.open(h.op, "op", h.payload) for h in session.scalars(select(Held))
    }
    aside = {
        (q.origin, q.op): keys.open(q.op, "op", q.payload)
        for q in session.scalars(select(Quarantine))
    }  # fmt: skip
    results = select(OpResult.origin, OpResult.op, OpResult.outcome)
    return Books(
        session.execute(select(FeedCounter.head)).scalar_one(),
        rows,
        {ident: opened(keys, row) for ident, row in rows.items()},
        _changes(session, keys),
        [_dispute(keys, c) for c in session.scalars(select(Conflict).order_by(Conflict.seq))],
        {(origin, op): outcome for origin, op, outcome in session.execute(results)},
        parked,
        aside,
        definitions.load(session, versions),
    )


def opened(keys: Keyring, row: Row[Any]) -> dict[str, Any]:
    doc = orjson.loads(row.doc)
    if row.type not in ("submission", "household", "member"):
        return {}
    open_ = flatten(doc.get("set", {}), doc.get("rows", {}))
    return open_ | keys.open_all(row.id, orjson.loads(row.sealed))


def _changes(session: Session, keys: Keyring) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for row in session.execute(select(Revision.__table__).order_by(Revision.version, Revision.id)):
        aside = orjson.loads(row.witness)
        secret = keys.open_all(row.rec, aside.pop(SEALED, {}))
        values = orjson.loads(row.changes) | keys.open_all(row.rec, orjson.loads(row.sealed))
        change = Change(
            row.rec, row.version, row.op, row.origin, row.n, row.seq, values, aside | secret,
            tuple(orjson.loads(row.confirmed)),
        )  # fmt: skip
        found.setdefault(row.rec, []).append(change)
    return found


def _dispute(keys: Keyring, row: Conflict) -> Dispute:
    def open_(text: str) -> Any:
        value = orjson.loads(text)
        return keys.open(row.rec, row.path, value) if row.sealed and value is not None else value

    return Dispute(
        row.rec, row.path, row.kind, row.op, row.origin, open_(row.standing),
        open_(row.waiting), row.state, row.seq,
    )  # fmt: skip
