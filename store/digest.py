"""A digest of every unit: how many records it holds, and a sum over what they are.

A phone that sums up its own copy and comes to another figure has lost something, or kept
something, in silence; this is the alarm for it. Kept in the transaction that stamps a record,
and always after the feed counter was taken, so that two writers never wait in a circle.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Select, false, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from store.accounts import Device
from store.bulk import put_all
from store.db import Base, upsert
from store.records import Record, RecordType
from store.types import Id, Moment

OWNED = frozenset({RecordType.SUBMISSION.value, RecordType.STATUS.value})
"""Types that go down to their people only; all others to everybody who has the unit."""
EVERYBODY = ""
_HALF = 32
_WORD = 2**64


class UnitDigest(Base):
    """One part of a unit's digest: what everybody gets, or what one author's phones get."""

    __tablename__ = "unit_digests"
    unit: Mapped[Id] = mapped_column(primary_key=True)
    reader: Mapped[Id] = mapped_column(primary_key=True)
    """"" for everybody; else the author of submissions and their statuses."""
    handed: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    """Also whoever the household is paired with gets these: they were returned once."""
    records: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)
    """Sum of the upper halves of the 64-bit words; halves, because no database adds modulo 2^64."""
    low: Mapped[int] = mapped_column(BigInteger)


class Mismatch(Base):
    """A phone whose copy of a unit was not what the server had told it, and how often."""

    __tablename__ = "digest_mismatches"
    device: Mapped[Id] = mapped_column(primary_key=True)
    unit: Mapped[Id] = mapped_column(primary_key=True)
    times: Mapped[int]
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a phone's copy of a unit comes to."""

    records: int
    word: int

    @property
    def hex(self) -> str:
        return f"{self.word:016x}"


NOTHING = Sum(0, 0)
Part = tuple[str, str, bool]
"""(unit, reader, handed)"""


def word(ident: str, version: int) -> int:
    """The first 8 bytes of sha256(id|version), as a number."""
    return int.from_bytes(hashlib.sha256(f"{ident}|{version}".encode()).digest()[:8], "big")


def part_of(kind: str, unit: str, author: str | None, handed: bool) -> Part:
    return (unit, author or EVERYBODY, handed) if kind in OWNED else (unit, EVERYBODY, False)


class Tally:
    """What one transaction changes; `write` once, after the feed counter was taken."""

    def __init__(self) -> None:
        self._parts: dict[Part, list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, part: Part, ident: str, version: int, sign: int = 1) -> None:
        """A record as it is now; with sign -1, as it was."""
        value, sums = word(ident, version), self._parts[part]
        sums[0] += sign
        sums[1] += sign * (value >> _HALF)
        sums[2] += sign * (value & (2**_HALF - 1))

    def moved(self, part: Part, ident: str, before: int, after: int) -> None:
        """A living record at a new version; 0 before for a new one."""
        if before:
            self.add(part, ident, before, -1)
        self.add(part, ident, after)

    def write(self, session: Session) -> None:
        rows = [
            {
                "unit": unit,
                "reader": reader,
                "handed": handed,
                "records": sums[0],
                "high": sums[1],
                "low": sums[2],
            }
            for (unit, reader, handed), sums in sorted(self._parts.items())
            if any(sums)
        ]
        if not rows:
            return
        put_all(session, UnitDigest, rows, _added)


def _added(statement: Any) -> Any:
    kept = UnitDigest.__table__.c
    added = {name: kept[name] + statement.excluded[name] for name in ("records", "high", "low")}
    return statement.on_conflict_do_update(index_elements=["unit", "reader", "handed"], set_=added)


def sums(session: Session, units: Any, mine: ColumnElement[bool]) -> dict[str, Sum]:
    """{unit: sum} over the parts that `mine` lets through; a unit without any is left out."""
    table = UnitDigest
    query = (
        select(table.unit, func.sum(table.records), func.sum(table.high), func.sum(table.low))
        .where(table.unit.in_(units), mine)
        .group_by(table.unit)
    )
    return {
        unit: Sum(int(records), ((int(high) << _HALF) + int(low)) % _WORD)
        for unit, records, high, low in session.execute(query)
    }


def readable(user: str, assigned: Select[str] | None) -> ColumnElement[bool]:
    """Parts that go to `user`: everybody's, their own, and what was handed to their pairings."""
    handed = UnitDigest.unit.in_(assigned) if assigned is not None else false()
    return or_(
        UnitDigest.reader == EVERYBODY, UnitDigest.reader == user, UnitDigest.handed & handed
    )


def reckoned(session: Session) -> dict[Part, Sum]:
    """All digests from the records themselves: what the kept ones must be equal to."""
    query = select(
        Record.id, Record.version, Record.type, Record.unit, Record.author, Record.handed
    ).where(Record.deleted.is_(False))
    found: dict[Part, list[int]] = defaultdict(lambda: [0, 0])
    for ident, version, kind, unit, author, handed in session.execute(query):
        sums = found[part_of(kind, unit, author, handed)]
        sums[0] += 1
        sums[1] += word(ident, version)
    return {part: Sum(count, total % _WORD) for part, (count, total) in found.items()}


def kept(session: Session) -> dict[Part, Sum]:
    """All digests as they stand; parts without a record left out."""
    rows = session.scalars(select(UnitDigest).where(UnitDigest.records != 0))
    return {
        (row.unit, row.reader, row.handed): Sum(
            row.records, ((row.high << _HALF) + row.low) % _WORD
        )
        for row in rows
    }


def note(session: Session, device: str, units: list[str], now: str) -> None:
    """Count mismatches against the phone that had them."""
    rows = [
        {"device": device, "unit": unit, "times": 1, "first_at": now, "last_at": now}
        for unit in sorted(units)
    ]
    if not rows:
        return
    statement = upsert(session, Mismatch)
    again = {
        "times": Mismatch.__table__.c.times + 1,
        "last_at": statement.excluded.last_at,
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["device", "unit"], set_=again), rows
    )
    session.execute(
        update(Device)
        .where(Device.id == device)
        .values(digest_mismatches=Device.digest_mismatches + len(rows))
        .execution_options(synchronize_session=False)
    )
