"""Back-checks: draws that were committed to before they were made, and what they drew."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Id, Json, Moment, Sha


class Draw(Base):
    """One sample of visits. Its seed's hash and its frame stand in the audit before it is made."""

    __tablename__ = "backcheck_draws"
    id: Mapped[Id] = mapped_column(primary_key=True)
    area: Mapped[Code]
    since: Mapped[Code]
    until: Mapped[Code]
    """ISO days of the visits that may be drawn, both included."""
    size: Mapped[int]
    reveal_on: Mapped[Code]
    """ISO day from which the checkers see what was drawn."""
    seed: Mapped[str]
    """Hex; told to nobody before the day."""
    seed_sha256: Mapped[Sha]
    frame_sha256: Mapped[Sha]
    """Of the frame as it was committed: one visit with its weight a line."""
    frame: Mapped[Json]
    """[[visit, stratum, weight], …]: a stratum says which visits share a cadre, not whose."""
    committed_at: Mapped[Moment]
    committed_by: Mapped[Id]
    drawn_at: Mapped[Moment | None]
    __table_args__ = (Index("ix_backcheck_draws_area", "area", "committed_at"),)


class Pick(Base):
    """One drawn visit and who asks again."""

    __tablename__ = "backcheck_picks"
    draw: Mapped[Id] = mapped_column(ForeignKey("backcheck_draws.id"), primary_key=True)
    rec: Mapped[Id] = mapped_column(primary_key=True)
    unit: Mapped[Id]
    way: Mapped[Code]
    """floor (by chance alone) | risk (by 1 + 4·risk of the visit)"""
    checker: Mapped[Id | None]
    """None where nobody of another village and another hand was to be found."""
    submission: Mapped[Id | None]
    """The back-check that was filled in."""
    done_at: Mapped[Moment | None]
    __table_args__ = (
        Index("ix_backcheck_picks_rec", "rec"),
        Index("ix_backcheck_picks_checker", "checker", "done_at"),
    )
