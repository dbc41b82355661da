"""How a phone fares: what it said of itself, and the last times it was refused.

A phone that was shut out, with its person or alone, may try for ever: what is kept of that is one
row for each reason, with a count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Index, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.accounts import Device
from store.db import Base, upsert
from store.types import Code, Id, Moment

KEPT = 20
"""Refusals of one device that are kept."""


class DeviceFault(Base):
    """One time that this server refused a known device; only the last few are kept."""

    __tablename__ = "device_faults"
    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[Id]
    at: Mapped[Moment]
    code: Mapped[Code]
    status: Mapped[int]
    route: Mapped[Code]
    """`POST /api/v1/sync/push`: which door it was, never what was asked there."""
    __table_args__ = (Index("ix_device_faults_device", "device", "id"),)


class TurnedAway(Base):
    """A phone that is no longer let in, and tried all the same: when, why, how often."""

    __tablename__ = "turned_away"
    device: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]


@dataclass(frozen=True, slots=True)
class Knocks:
    """Tries of one phone that was shut out for one reason."""

    times: int
    first_at: str
    last_at: str

    def then(self, later: "Knocks") -> "Knocks":
        return Knocks(self.times + later.times, self.first_at, later.last_at)


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal as it happened."""

    device: str
    at: str
    code: str
    status: int
    route: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone was heard; `position` is how far in the feed it had come, where that was told."""

    at: str
    position: int | None = None

    def then(self, later: "Contact") -> "Contact":
        return later if later.position is not None else Contact(later.at, self.position)


def report(session: Session, device: str, told: str, app: str | None, now: str) -> None:
    """What a phone says of itself takes the place of what it said before."""
    values = {"reported": told, "reported_at": now, "last_seen_at": now}
    write(session, device, values | ({"app": app[:50]} if app else {}))


def write(session: Session, device: str, values: Mapping[str, Any]) -> None:
    session.execute(
        update(Device)
        .where(Device.id == device)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def note(
    session: Session,
    heard: Mapping[str, Contact],
    faults: Sequence[Fault],
    knocks: Mapping[tuple[str, str], Knocks] = MappingProxyType({}),
) -> None:
    """In bulk. Rows in id order, as everywhere; a later contact that stands already stays.

    `knocks` is by (device, code).
    """
    _contacts(session, heard)
    _faults(session, faults)
    _knocks(session, knocks)


def _contacts(session: Session, heard: Mapping[str, Contact]) -> None:
    table = Device.__table__
    older = or_(table.c.last_seen_at.is_(None), table.c.last_seen_at < bindparam("moment"))
    mine = table.c.id == bindparam("device")
    names = sorted(heard)
    seen = [{"device": name, "moment": heard[name].at} for name in names]
    come = [
        {"device": name, "place": heard[name].position}
        for name in names
        if heard[name].position is not None
    ]
    connection = session.connection()
    moment = update(table).where(mine, older)  # type: ignore[arg-type]
    place = update(table).where(mine)  # type: ignore[arg-type]
    if seen:
        connection.execute(moment.values(last_seen_at=bindparam("moment")), seen)
    if come:
        connection.execute(place.values(pulled_position=bindparam("place")), come)


def _faults(session: Session, faults: Sequence[Fault]) -> None:
    if not faults:
        return
    rows = [
        {"device": f.device, "at": f.at, "code": f.code[:64], "status": f.status}
        | {"route": f.route[:64]}
        for f in faults
    ]
    session.execute(insert(DeviceFault), rows)
    for device in sorted({f.device for f in faults}):
        mine = select(DeviceFault.id).where(DeviceFault.device == device)
        kept = mine.order_by(DeviceFault.id.desc()).limit(KEPT).subquery()
        session.execute(
            delete(DeviceFault)
            .where(DeviceFault.device == device, DeviceFault.id.not_in(select(kept.c.id)))
            .execution_options(synchronize_session=False)
        )


def _knocks(session: Session, knocks: Mapping[tuple[str, str], Knocks]) -> None:
    rows = [
        {"device": device, "code": code, "times": k.times}
        | {"first_at": k.first_at, "last_at": k.last_at}
        for (device, code), k in sorted(knocks.items())
    ]
    if not rows:
        return
    statement = upsert(session, TurnedAway)
    again = {
        "times": TurnedAway.__table__.c.times + statement.excluded.times,
        "last_at": statement.excluded.last_at,
    }
    session.execute(
        statement.on_conflict_do_update(index_elements=["device", "code"], set_=again), rows
    )


def knocks_of(session: Session, devices: Sequence[str]) -> dict[str, list[TurnedAway]]:
    """How each was turned away, the latest first."""
    query = select(TurnedAway).where(TurnedAway.device.in_(devices))
    found: dict[str, list[TurnedAway]] = {device: [] for device in devices}
    for row in session.scalars(query.order_by(TurnedAway.last_at.desc(), TurnedAway.code)):
        found[row.device].append(row)
    return found


def faults_of(session: Session, devices: Sequence[str]) -> dict[str, list[DeviceFault]]:
    """The last refusals of each, the latest first."""
    query = (
        select(DeviceFault).where(DeviceFault.device.in_(devices)).order_by(DeviceFault.id.desc())
    )
    found: dict[str, list[DeviceFault]] = {device: [] for device in devices}
    for row in session.scalars(query):
        found[row.device].append(row)
    return found
