"""When phones of an area are to send: hours with dates, a last day's plan, and who came."""

from dataclasses import dataclass

import orjson
from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import everybody, ids
from store.areas import Area
from store.db import Base, upsert
from store.records import RecordType
from store.types import Code, Id, Json, Moment

PLACE = "place:"


class SyncHours(Base):
    """The hours of an area and all below it that has none of its own, good from a day on."""

    __tablename__ = "sync_hours"
    area: Mapped[Code] = mapped_column(ForeignKey("areas.code"), primary_key=True)
    since: Mapped[Code] = mapped_column(primary_key=True)
    """ISO day, local."""
    hours: Mapped[Json]
    """["12:00", "19:30"] by the office's clock; null: as the area above."""
    set_by: Mapped[Id | None]
    set_at: Mapped[Moment]


class RushPlan(Base):
    """A deadline's evening: each phone of the area gets a minute of its own in the window."""

    __tablename__ = "rush_plans"
    id: Mapped[Id] = mapped_column(primary_key=True)
    area: Mapped[Code] = mapped_column(ForeignKey("areas.code"))
    opens_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    made_by: Mapped[Id]
    made_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    __table_args__ = (Index("ix_rush_plans_closes_at", "closes_at"),)


class SyncRound(Base):
    """One hour of one area, looked at after its grace: how many were expected, who stayed away."""

    __tablename__ = "sync_rounds"
    area: Mapped[Code] = mapped_column(primary_key=True)
    due_at: Mapped[Moment] = mapped_column(primary_key=True)
    expected: Mapped[int]
    missed: Mapped[Json]
    """[device]"""
    looked_at: Mapped[Moment]


@dataclass(frozen=True, slots=True)
class Hours:
    """What counts in an area: of which area, at its own path."""

    area: str
    path: str
    hours: tuple[str, ...]


def unit_of(area: str) -> str:
    """The unit of what everybody who works in or below an area gets."""
    return PLACE + area


def in_force(session: Session, day: str) -> list[Hours]:
    """Every area's own hours on an ISO day, the deepest first."""
    query = (
        select(SyncHours.area, SyncHours.hours, Area.path)
        .join(Area, Area.code == SyncHours.area)
        .where(SyncHours.since <= day)
        .order_by(SyncHours.since)
    )
    rows = {area: (path, orjson.loads(hours)) for area, hours, path in session.execute(query)}
    found = [Hours(area, path, tuple(h)) for area, (path, h) in rows.items() if h is not None]
    return sorted(found, key=lambda hours: (-len(hours.path), hours.path))


def nearest(known: list[Hours], path: str) -> Hours | None:
    """The hours of the nearest area at or above `path`; `known` has the deepest first."""
    return next((hours for hours in known if path.startswith(hours.path)), None)


def put(
    session: Session, area: str, since: str, hours: list[str] | None, by: str | None, now: str
) -> None:
    told = orjson.dumps(hours).decode()
    statement = upsert(session, SyncHours).values(
        area=area, since=since, hours=told, set_by=by, set_at=now
    )
    columns = {name: statement.excluded[name] for name in ("hours", "set_by", "set_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["area", "since"], set_=columns))


def announce(session: Session, area: Area, day: str, tz: str) -> bool:
    """Tell phones of an area's own hours as of a day; False where they have heard the same."""
    own = next((h for h in in_force(session, day) if h.area == area.code), None)
    doc = {"sync_hours": list(own.hours), "tz": tz, "path": area.path} if own else None
    ident, unit = ids.derived("office", area.code), unit_of(area.code)
    return everybody.put(session, RecordType.OFFICE, ident, doc, unit, area.code)


def plans(session: Session, now: str) -> list[tuple[RushPlan, str]]:
    """(plan, its area's path) of those that are not over, the deepest first."""
    query = (
        select(RushPlan, Area.path)
        .join(Area, Area.code == RushPlan.area)
        .where(RushPlan.closes_at > now, RushPlan.ended_at.is_(None))
    )
    found = [(plan, path) for plan, path in session.execute(query)]
    return sorted(found, key=lambda each: (-len(each[1]), each[0].opens_at))
