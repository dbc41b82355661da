"""A supervisor's word on a visit: approved, or back to the cadre with reasons."""

from collections.abc import Mapping

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from forms.flatpath import definition_path
from store import audit, clock, digest, feed, ids, status
from store.errors import Conflicting, Forbidden, Invalid, NotFound
from store.records import Record, RecordType, VisitState
from store.reviews import Review
from store.units import Assignment
from verify import reading

MAX_WORDS = 1000


class VersionMoved(Conflicting):
    """The visit was changed while it was being looked at."""

    code = "version_moved"


def approve(session: Session, who: str, rec: str, version: int) -> None:
    """Accept one version of a visit. Raises NotFound, Forbidden, VersionMoved."""
    row = _held(session, who, rec, version)
    if row.state == VisitState.APPROVED.value:
        return
    _decide(session, row, who, VisitState.APPROVED, "", {})


def send_back(
    session: Session, who: str, rec: str, version: int, reason: str, comments: Mapping[str, str]
) -> None:
    """Return a visit to the phone. Raises Invalid for an empty reason or an unknown field."""
    row = _held(session, who, rec, version)
    told = reason.strip()
    if not told or len(told) > MAX_WORDS:
        raise Invalid("say why the visit goes back", reason=f"1 to {MAX_WORDS} characters")
    kept = {path: words.strip() for path, words in comments.items() if words.strip()}
    _known_paths(session, row, kept)
    _decide(session, row, who, VisitState.RETURNED, told, kept)


def _held(session: Session, who: str, rec: str, version: int) -> Record:
    rows = status.lock(session, [rec])
    if not rows or rows[0].type != RecordType.SUBMISSION.value:
        raise NotFound("there is no such visit")
    if rows[0].author == who:
        raise Forbidden("nobody reviews their own visit", code="own_visit")
    if rows[0].version != version:
        raise VersionMoved("the visit has changed since; look at it again", version="moved")
    return rows[0]


def _known_paths(session: Session, row: Record, comments: Mapping[str, str]) -> None:
    definition = reading.definition(session, (row.form or "", row.form_v or ""))
    known = definition.by_path if definition else {}
    strange = {
        f"comments.{path}": "no such field, or too long"
        for path, words in comments.items()
        if definition_path(path) not in known or len(words) > MAX_WORDS
    }
    if strange:
        raise Invalid("a comment hangs on no field of the form").with_fields(strange)


def _decide(
    session: Session,
    row: Record,
    who: str,
    state: VisitState,
    reason: str,
    comments: Mapping[str, str],
) -> None:
    session.add(
        Review(
            id=ids.new(),
            rec=row.id,
            rec_version=row.version,
            action="approve" if state is VisitState.APPROVED else "return",
            reason=reason,
            comments=orjson.dumps(dict(comments)).decode(),
            by=who,
            at=clock.now(),
        )
    )
    status.set_state(session, row.id, state)
    audit.write(session, who, f"visit.{state.value}", row.id, version=row.version)
    session.flush()
    if state is VisitState.RETURNED and not row.handed:
        _hand_over(session, row)
    status.refresh(session, [row.id])


def _hand_over(session: Session, row: Record) -> None:
    """From now on whoever the household is paired with has the visit, too.

    It moves in the feed where that is another than its author.
    """
    feed.hold(session)
    tally = digest.Tally()
    tally.add(digest.part_of(row.type, row.unit, row.author, False), row.id, row.version, -1)
    tally.add(digest.part_of(row.type, row.unit, row.author, True), row.id, row.version)
    tally.write(session)
    session.execute(update(Record).where(Record.id == row.id).values(handed=True))
    query = select(Assignment.user_id).where(
        Assignment.unit == row.unit, Assignment.ended_seq.is_(None)
    )
    if set(session.scalars(query)) - {row.author}:
        session.execute(update(Record).where(Record.id == row.id).values(seq=feed.take(session)))
