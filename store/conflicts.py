"""Conflicts: both sides of a real disagreement, for a person to decide."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.accounts import User
from store.db import Base, among
from store.records import OpResult
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


def visits(session: Session, rows: Iterable[Conflict]) -> set[str]:
    """The submissions that the later values of these conflicts came with."""
    names = {(row.origin, row.op) for row in rows}
    query = select(OpResult.rec).where(among(OpResult.origin, OpResult.op, names))
    return set(session.scalars(query)) if names else set()


def told(
    session: Session, recs: Collection[str], units: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """{submission: what its author is told of each path where another answer stood first}.

    Never a value, for who may see one is decided record by record. A path that was settled and is
    in conflict again is open. `units` are the submissions' households, by which they are found.
    """
    query = (
        select(Conflict, OpResult.rec, User.name)
        .join(OpResult, and_(OpResult.origin == Conflict.origin, OpResult.op == Conflict.op))
        .outerjoin(User, User.id == Conflict.settled_by)
        .where(Conflict.unit.in_(units), OpResult.rec.in_(recs))
        .order_by(Conflict.seq, Conflict.id)
    )
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
    for row, rec, by in session.execute(query):
        key, before = (row.rec, row.path), found[rec].get((row.rec, row.path))
        if before is None or before["state"] == "settled":
            found[rec][key] = _told(row, rec, by)
    return {rec: list(each.values()) for rec, each in found.items()}


def _told(row: Conflict, rec: str, by: str | None) -> dict[str, Any]:
    """`of` names the household or member whose property `path` is. What a person wrote about a P1
    value may hold it, so it is not passed on."""
    line: dict[str, Any] = {"path": row.path, "state": row.state}
    if row.rec != rec:
        line["of"] = row.rec
    if row.state == "settled":
        line |= {"choice": row.choice, "by": by, "at": row.settled_at}
        line |= {} if row.sealed else {"reason": row.reason}
    return line
