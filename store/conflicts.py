"""Conflicts: both sides of a real disagreement, for a person to decide."""

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Id, Json, Moment


class Conflict(Base):
    """One later value that did not stand, beside the value that did and the one both began from.

    P1 values are sealed texts (record = the record's id, path = the flat path), said by `sealed`.
    """

    __tablename__ = "conflicts"
    id: Mapped[Id] = mapped_column(primary_key=True)
    rec: Mapped[Id]
    unit: Mapped[Id]
    area: Mapped[Code]
    path: Mapped[str] = mapped_column(String(300))
    """Flat path; a row itself for a delete against an edit."""
    kind: Mapped[Code]
    """value | delete"""
    base: Mapped[Json]
    standing: Mapped[Json]
    standing_op: Mapped[Id | None]
    """None where the standing value came before the op's history is known."""
    waiting: Mapped[Json]
    sealed: Mapped[bool] = mapped_column(default=False)
    op: Mapped[Id]
    origin: Mapped[Id]
    user_id: Mapped[Id]
    at: Mapped[Moment]
    found_at: Mapped[Moment]
    seq: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[Code] = mapped_column(default="open")
    """open | settled"""
    settled_op: Mapped[Id | None]
    settled_at: Mapped[Moment | None]
    settled_by: Mapped[Id | None]
    choice: Mapped[Code | None]
    """standing | waiting | other: what the person decided."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    __table_args__ = (
        UniqueConstraint("rec", "path", "op", name="uq_conflicts_rec_path_op"),
        Index("ix_conflicts_rec_state", "rec", "state"),
        Index("ix_conflicts_area_state", "area", "state"),
        Index("ix_conflicts_unit_state", "unit", "state"),
    )
