"""Units (households) in the area tree and in somebody's hands, as intervals of the feed."""

from collections.abc import Collection

from sqlalchemy import BigInteger, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.db import Base
from store.records import Record
from store.types import Code, Id, Moment


class UnitPlace(Base):
    """A unit's place in the area tree; moving it ends one interval and starts another."""

    __tablename__ = "unit_places"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[Id]
    area: Mapped[Code] = mapped_column(ForeignKey("areas.code"))
    area_path: Mapped[str] = mapped_column(String(300))
    started_seq: Mapped[int] = mapped_column(BigInteger)
    ended_seq: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        Index("ix_unit_places_unit", "unit", "ended_seq"),
        Index("ix_unit_places_area_path", "area_path", "ended_seq"),
    )


class Assignment(Base):
    """A household paired with a cadre (W12 ends one interval and starts another)."""

    __tablename__ = "assignments"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    unit: Mapped[Id]
    started_seq: Mapped[int] = mapped_column(BigInteger)
    ended_seq: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (
        Index("ix_assignments_user_id", "user_id", "ended_seq"),
        Index("ix_assignments_unit", "unit", "ended_seq"),
    )


class Anchor(Base):
    """Where a household's house stands: proposed by a visit, good only once approved."""

    __tablename__ = "anchors"
    id: Mapped[Id] = mapped_column(primary_key=True)
    unit: Mapped[Id]
    lat: Mapped[float]
    lon: Mapped[float]
    acc: Mapped[float]
    """Metres, WGS-84."""
    scattered: Mapped[bool] = mapped_column(default=False)
    """Scattered or high settlement: the wider distance applies."""
    state: Mapped[Code]
    """proposed | approved | replaced"""
    source: Mapped[Code]
    """visit | register | office"""
    submission: Mapped[Id | None]
    proposed_at: Mapped[Moment]
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[Id | None]
    __table_args__ = (Index("ix_anchors_unit", "unit", "state"),)


def lane(area_path: str) -> str:
    """The township of `/county/township/village/…`; the county itself where there is none below."""
    codes = area_path.strip("/").split("/")
    return codes[1] if len(codes) > 1 else codes[0]


def lane_of(session: Session, recs: Collection[str]) -> str:
    """The township of the households that these records are about; empty where there are none."""
    query = (
        select(func.min(UnitPlace.area_path))
        .join(Record, Record.unit == UnitPlace.unit)
        .where(Record.id.in_(recs), UnitPlace.ended_seq.is_(None))
    )
    path = session.execute(query).scalar() if recs else None
    return lane(path) if path else ""
