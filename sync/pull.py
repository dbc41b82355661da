"""Pull: what changed in my units since my cursor, in feed order, from one moment's snapshot."""

from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from forms.flatpath import unflatten
from store import digest, feed
from store.digest import Sum
from store.records import Record, RecordType
from store.seal import Keyring
from store.units import Assignment
from sync import cursor as cursors
from sync import scope
from sync.cursor import Cursor
from sync.errors import CursorAhead, CursorGone
from sync.scope import OWN, Who

MAX_LIMIT = 500
SHARED = (
    RecordType.HOUSEHOLD.value,
    RecordType.MEMBER.value,
    RecordType.SUMMARY.value,
    RecordType.FORM.value,
    RecordType.OFFICE.value,
)
"""Types that everybody in scope gets; submissions and their status go to their people only."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer; `body` is the JSON of records, pasted undecoded where nothing is sealed."""

    cursor: str
    epoch: str
    more: bool
    total: int | None
    records: list[bytes]
    drop: list[str]
    position: int
    """How far in the feed the phone is with it; short of the head while pages are to come."""
    digests: dict[str, Sum] = field(default_factory=dict)
    """Of the units that this round changed, once it is whole and nothing has moved since."""
    closes: bool = False
    """It continues a round of pages, whose cursor the phone must let go of even where all that was
    left has moved on meanwhile: it would ask for the same empty page for ever."""

    @property
    def empty(self) -> bool:
        return not (self.records or self.drop or self.more or self.closes)


def pull(session: Session, keys: Keyring, who: Who, text: str | None, limit: int) -> Page:
    """The next page. The caller has begun a snapshot. Raises CursorInvalid, CursorGone."""
    stand = feed.stand(session)
    epoch, head = stand.epoch, stand.head
    at = start(keys, who, text, epoch, head)
    if text and at.known < stand.floor:
        raise CursorGone("what was deleted since is no longer known; pull everything", reset="all")
    if text and at.position == head and not at.between_pages:
        # Every change, of scope too, moves the head.
        return Page(text, epoch, False, None, [], [], head)
    upto = at.head if at.between_pages else head
    first_sync = at.position == 0
    query = _records(session, who, at, upto)
    size = max(1, min(limit, MAX_LIMIT))
    rows = list(session.scalars(query.order_by(Record.seq).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    drop = [] if at.between_pages else scope.ended(session, who, at.position, upto)
    after = Cursor(epoch, at.position, upto, rows[-1].seq) if more else Cursor(epoch, upto, upto, 0)
    return Page(
        cursor=cursors.write(keys, who.user, after),
        epoch=epoch,
        more=more,
        total=_total(session, query) if first_sync and not at.between_pages else None,
        records=told_all(session, keys, who, rows),
        drop=drop if not first_sync else [],
        digests={} if more or upto != head else _digests(session, who, at, upto, rows),
        position=at.position if more else upto,
        closes=at.between_pages,
    )


def start(keys: Keyring, who: Who, text: str | None, epoch: str, head: int) -> Cursor:
    if not text:
        return Cursor(epoch, 0, 0, 0)
    at = cursors.read(keys, who.user, text)
    if at.epoch != epoch:
        raise CursorGone("this server's history began anew; pull everything", reset="all")
    if max(at.position, at.head) > head:
        raise CursorAhead(epoch)
    return at


def _records(session: Session, who: Who, at: Cursor, upto: int) -> Select[Record]:
    """Changed rows of units in scope, and all rows of units that came into scope."""
    fresh = list(session.scalars(scope.units(who, at.position))) if at.position else []
    changed = Record.seq > at.position
    query = (
        select(Record)
        .where(Record.unit.in_(scope.units(who)), Record.seq <= upto, mine(who))
        .where(or_(changed, Record.unit.in_(fresh)) if fresh else changed)
        .where(Record.seq > at.after)
    )
    return query if at.position else query.where(Record.deleted.is_(False))


def mine(who: Who) -> Any:
    """Submissions go to their author and, once returned, to whom the household is paired with."""
    returned = and_(Record.handed, Record.unit.in_(paired(who)))
    return or_(Record.type.in_(SHARED), Record.author == who.user, returned)


def paired(who: Who) -> Select[str]:
    return select(Assignment.unit).where(
        Assignment.user_id == who.user, Assignment.ended_seq.is_(None)
    )


def _digests(
    session: Session, who: Who, at: Cursor, upto: int, rows: list[Record]
) -> dict[str, Sum]:
    """What the units of this round come to now; none where there are too many to tell."""
    units = {row.unit for row in rows}
    if at.between_pages:
        whole = _records(session, who, replace(at, after=0), upto)
        query = whole.with_only_columns(Record.unit).distinct().limit(MAX_LIMIT + 1)
        units = set(session.scalars(query))
    if len(units) > MAX_LIMIT:
        return {}
    told = digest.sums(session, units, digest.readable(who.user, paired(who)))
    return {unit: told.get(unit, digest.NOTHING) for unit in sorted(units)}


def _total(session: Session, query: Select[Record]) -> int:
    return session.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def told_all(session: Session, keys: Keyring, who: Who, rows: list[Record]) -> list[bytes]:
    """Records as this person's phone gets them."""
    sealed = {row.unit for row in rows if row.sealed != "{}"}
    trusted = _paired(session, who, sealed) if sealed else set()
    return [told(keys, row, row.unit in trusted or row.author == who.user) for row in rows]


def _paired(session: Session, who: Who, units: set[str]) -> set[str]:
    """Households whose P1 values this person works with: those paired with them."""
    if not who.has(OWN):
        return set()
    query = select(Assignment.unit).where(
        Assignment.user_id == who.user,
        Assignment.unit.in_(units),
        Assignment.ended_seq.is_(None),
    )
    return set(session.scalars(query))


def told(keys: Keyring, row: Record, open_sealed: bool) -> bytes:
    """A record as it goes down; sealed values are opened for the permitted only."""
    head: dict[str, Any] = {
        "id": row.id,
        "type": row.type,
        "unit": row.unit,
        "area": row.area,
        "v": row.version,
        "seq": row.seq,
        "deleted": row.deleted,
    }
    if row.form:
        head |= {"form": row.form, "form_v": row.form_v}
    doc = row.doc.encode() if not open_sealed or row.sealed == "{}" else _opened(keys, row)
    return orjson.dumps(head)[:-1] + b',"doc":' + doc + b"}"


def _opened(keys: Keyring, row: Record) -> bytes:
    doc = orjson.loads(row.doc)
    set_, rows = unflatten(keys.open_all(row.id, orjson.loads(row.sealed)))
    doc["set"] = doc.get("set", {}) | set_
    for repeat, by_row in rows.items():
        kept = doc.setdefault("rows", {}).setdefault(repeat, {})
        for ident, values in by_row.items():
            kept[ident] = kept.get(ident, {}) | values
    return orjson.dumps(doc)
