"""How the work that happens afterwards stands: counts, what waits too long, what gave up."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from store import clock
from store.media import Attachment
from store.outbox import Kind, OutboxRow
from store.records import Record
from sync import scope
from sync.scope import Who

MOST = 200
_ABOUT_VISITS = (Kind.VISIT_ACCEPTED.value, Kind.VISIT_COMPLETE.value)
_ABOUT_FILES = (Kind.PHOTO_STORED.value,)


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work. `planned` is pending too, but not due yet."""

    kind: str
    pending: int
    planned: int
    sent: int
    done: int
    dead: int
    waiting_seconds: float | None
    """Age of the oldest work that is due and that nobody took; None where there is none."""


def queues(session: Session) -> list[Queue]:
    """Every kind, also those that never had work; numbers of the whole server."""
    moment = clock.now()
    due = OutboxRow.due_at <= moment
    query = select(
        OutboxRow.kind, OutboxRow.state, due, func.count(), func.min(OutboxRow.due_at)
    ).group_by(OutboxRow.kind, OutboxRow.state, due)
    counts: dict[tuple[str, str, bool], int] = {}
    oldest: dict[str, str] = {}
    for kind, state, is_due, count, first in session.execute(query):
        counts[kind, state, bool(is_due)] = count
        if state == "pending" and is_due:
            oldest[kind] = first
    kinds = sorted({kind.value for kind in Kind} | {kind for kind, _, _ in counts})
    return [_queue(kind, counts, oldest.get(kind), moment) for kind in kinds]


def _queue(
    kind: str, counts: dict[tuple[str, str, bool], int], oldest: str | None, moment: str
) -> Queue:
    def total(state: str) -> int:
        return counts.get((kind, state, True), 0) + counts.get((kind, state, False), 0)

    return Queue(
        kind=kind,
        pending=counts.get((kind, "pending", True), 0),
        planned=counts.get((kind, "pending", False), 0),
        sent=total("sent"),
        done=total("done"),
        dead=total("dead"),
        waiting_seconds=clock.seconds_between(oldest, moment) if oldest else None,
    )


def dead(session: Session, who: Who, whole: bool) -> list[OutboxRow]:
    """Work that gave up, the latest first; what is about nobody's household only for `whole`."""
    query = _dead(who, whole).order_by(OutboxRow.id.desc()).limit(MOST)
    return list(session.scalars(query))


def dead_one(session: Session, who: Who, whole: bool, row_id: int) -> OutboxRow | None:
    return session.scalars(_dead(who, whole).where(OutboxRow.id == row_id)).first()


def _dead(who: Who, whole: bool) -> Select[OutboxRow]:
    return select(OutboxRow).where(OutboxRow.state == "dead", _about(who, whole))


def _about(who: Who, whole: bool) -> ColumnElement[bool]:
    """Work about a visit or a photo of a household in scope."""
    inside = Record.unit.in_(scope.units(who))
    visits = select(Record.id).where(inside)
    files = select(Attachment.sha256).join(Record, Record.id == Attachment.rec).where(inside)
    tests = [
        and_(OutboxRow.kind.in_(_ABOUT_VISITS), OutboxRow.subject.in_(visits)),
        and_(OutboxRow.kind.in_(_ABOUT_FILES), OutboxRow.subject.in_(files)),
    ]
    if whole:
        tests.append(OutboxRow.kind.not_in(_ABOUT_VISITS + _ABOUT_FILES))
    return or_(*tests)
