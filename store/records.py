"""Records (submissions, entities, what the server made) and every applied op as a revision."""

from enum import Enum

from sqlalchemy import BigInteger, Boolean, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from store.db import Base
from store.types import Code, Id, Json, Moment

UNREVIEWED = "state IS NULL AND form IS NOT NULL"
"""Forms that nobody reviews: the office's and the villages' own, few beside the visits."""
COMMON = "common"
"""The unit of what everybody gets: forms, what the office says."""


class RecordType(Enum):
    """What moves through the feed."""

    SUBMISSION = "submission"
    """One filled form instance, a visit."""
    HOUSEHOLD = "household"
    """An entity that lasts; its id is its unit."""
    MEMBER = "member"
    """A person of a household."""
    STATUS = "status"
    """What the server says of one submission: state, photos, findings, comments."""
    SUMMARY = "summary"
    """What everybody in scope may know of a household's last visit."""
    FORM = "form"
    """A published form version."""
    OFFICE = "office"
    """What the office tells phones: the hours at which they send."""


class VisitState(Enum):
    """Where a submission stands (W1, the part this server has today)."""

    RECEIVED = "received"
    """Stored; the checks and a person are still to come."""
    RETURNED = "returned"
    """Sent back to the cadre's phone with comments."""
    APPROVED = "approved"
    """A supervisor accepted it."""


class Record(Base):
    """The latest of each thing; each change moves the row to a new `seq`."""

    __tablename__ = "records"
    id: Mapped[Id] = mapped_column(primary_key=True)
    type: Mapped[Code]
    unit: Mapped[Id]
    area: Mapped[Code]
    version: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger, unique=True)
    deleted: Mapped[bool] = mapped_column(Boolean, default=False)
    doc: Mapped[Json]
    """{"set": {path: value}, "rows": {repeat: {row: {path: value}}}}; never a P1 value."""
    fver: Mapped[Json]
    """{flat path: [version, device, n]} of the op that set it."""
    sealed: Mapped[Json] = mapped_column(default="{}")
    """{flat path: sealed text}, P1 only."""
    form: Mapped[Code | None]
    form_v: Mapped[Code | None]
    author: Mapped[Id | None]
    device: Mapped[Id | None]
    state: Mapped[Code | None]
    """VisitState of a submission or its status."""
    handed: Mapped[bool] = mapped_column(Boolean, default=False)
    """A submission (and its status) that was returned once: the household's cadres have it, too,
    and from then on for good, so that what a phone holds never depends on when it asked."""
    outcome: Mapped[Code | None]
    """How the door was found: met, nobody_home, refused, phone …"""
    captured_at: Mapped[Moment | None]
    received_at: Mapped[Moment | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    acc: Mapped[float | None]
    __table_args__ = (
        Index("ix_records_unit_seq", "unit", "seq"),
        Index("ix_records_type_area", "type", "area", "seq"),
        Index("ix_records_author", "author", "captured_at"),
        Index(
            "ix_records_form_area",
            "form",
            "area",
            sqlite_where=text(UNREVIEWED),
            postgresql_where=text(UNREVIEWED),
        ),
    )


def is_a(kind: RecordType) -> ColumnElement[bool]:
    """Of this type, among rows that are found by something rarer.

    An expression, so that no index on the type is looked into: SQLite would read every visit of a
    county for the visits of three households.
    """
    return Record.type.concat("") == kind.value


class Revision(Base):
    """One applied op: what it set, who, when, with which evidence."""

    __tablename__ = "revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    rec: Mapped[Id]
    version: Mapped[int]
    """The record's version after this op; unchanged when the op went to history only."""
    op: Mapped[Id]
    origin: Mapped[Id]
    n: Mapped[int]
    base_v: Mapped[int | None]
    seq: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[Id]
    form_v: Mapped[Code | None]
    at: Mapped[Moment]
    """The device's own time, raw."""
    uptime: Mapped[float | None]
    clock_offset: Mapped[float | None]
    received_at: Mapped[Moment]
    changes: Mapped[Json]
    """{flat path: value} as applied; a deleted path or row is null."""
    witness: Mapped[Json] = mapped_column(default="{}")
    """Calculated questions as the device had them."""
    sealed: Mapped[Json] = mapped_column(default="{}")
    fix: Mapped[Json] = mapped_column(default="null")
    flags: Mapped[Json] = mapped_column(default="[]")
    """late, history_only, clock, uptime, counter, unknown, released, settled"""
    confirmed: Mapped[Json] = mapped_column(default="[]")
    """Paths that the person looked at and said were unchanged."""
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    """The flag again, so that the few late ops are found among millions."""
    __table_args__ = (
        UniqueConstraint("rec", "op", name="uq_revisions_rec_op"),
        Index("ix_revisions_rec_version", "rec", "version"),
        Index(
            "ix_revisions_late",
            "id",
            sqlite_where=text("late = 1"),
            postgresql_where=text("late"),
        ),
    )


class OpResult(Base):
    """The answer given to an op, kept for ever: the same op gets the same answer."""

    __tablename__ = "op_results"
    origin: Mapped[Id] = mapped_column(primary_key=True)
    op: Mapped[Id] = mapped_column(primary_key=True)
    rec: Mapped[Id] = mapped_column(index=True)
    n: Mapped[int]
    outcome: Mapped[Code]
    result: Mapped[Json]
    seq: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[Moment]


class Held(Base):
    """An op that waits, in sight, for its predecessor on the same record."""

    __tablename__ = "held"
    origin: Mapped[Id] = mapped_column(primary_key=True)
    op: Mapped[Id] = mapped_column(primary_key=True)
    after: Mapped[Id]
    rec: Mapped[Id]
    user_id: Mapped[Id]
    payload: Mapped[str] = mapped_column(Text)
    """The whole op, sealed (record = op id, path = "op")."""
    held_at: Mapped[Moment]
    __table_args__ = (Index("ix_held_after", "origin", "after"), Index("ix_held_rec", "rec"))


class Quarantine(Base):
    """An op that could not be applied for what it says; kept whole, for a person."""

    __tablename__ = "quarantine"
    origin: Mapped[Id] = mapped_column(primary_key=True)
    op: Mapped[Id] = mapped_column(primary_key=True)
    rec: Mapped[Id]
    user_id: Mapped[Id]
    why: Mapped[Code]
    detail: Mapped[str] = mapped_column(String(500), default="")
    payload: Mapped[str] = mapped_column(Text)
    """The whole op, sealed (record = op id, path = "op")."""
    quarantined_at: Mapped[Moment]
    released_at: Mapped[Moment | None]
    released_by: Mapped[Id | None]
    __table_args__ = (Index("ix_quarantine_released_at", "released_at", "quarantined_at"),)
