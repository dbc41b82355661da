"""Closing what a person settled: every conflict on the path, and what their visits' phones hear."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import audit, conflicts, status
from store.conflicts import Conflict


@dataclass(frozen=True, slots=True)
class Word:
    """What was decided, why, by whom, with which op, when."""

    choice: str
    reason: str
    by: str
    op: str
    at: str


def hold(session: Session, row: Conflict) -> None:
    """The record together with the submissions whose status will say so: in one order of locks."""
    status.lock(session, {row.rec} | conflicts.visits(session, _open(session, row)))


def covers(settled: str, path: str, removing: bool) -> bool:
    """Whether a conflict on `path` ends with this one: with a row go the quarrels about it."""
    return path == settled or (removing and (not settled or path.startswith(f"{settled}/")))


def close(session: Session, row: Conflict, word: Word, removing: bool) -> set[str]:
    """All that waited on the path is settled; of those not chosen it is said so.

    The submissions whose values these were.
    """
    ended = [c for c in _open(session, row) if covers(row.path, c.path, removing)]
    for each in ended:
        mine = each.id == row.id or word.choice != "waiting"
        session.execute(
            update(Conflict)
            .where(Conflict.id == each.id)
            .values(
                state="settled",
                settled_op=word.op,
                settled_at=word.at,
                settled_by=word.by,
                choice=word.choice if mine else "other",
                reason=word.reason,
            )
        )
    audit.write(
        session,
        word.by,
        "conflict.settled",
        row.rec,
        path=row.path,
        choice=word.choice,
        conflict=row.id,
        closed=len(ended),
    )
    session.flush()
    return conflicts.visits(session, ended)


def _open(session: Session, row: Conflict) -> list[Conflict]:
    query = select(Conflict).where(Conflict.rec == row.rec, Conflict.state == "open")
    return list(session.scalars(query))
