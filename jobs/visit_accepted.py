"""Submissions' versions are stored: evaluate their answers, check their places and clocks."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write, nothing
from store import status
from store.db import begin_snapshot
from verify import answering, keep, pipeline
from verify.answering import Sent
from verify.pipeline import Result


def prepare(context: Context, work: Work) -> Write:
    return together(context, [work])


def together(context: Context, works: Sequence[Work]) -> Write:
    with context.sessions() as session:
        begin_snapshot(session)
        wanted = [(work.subject, int(work.version)) for work in works]
        results = pipeline.on_accepted(session, context.keys, wanted, context.tz)
    if not results:
        return nothing

    def write(session: Session) -> None:
        replies = _replies(results)
        spoken_of = {str(one.values.get(answering.VISIT)) for one in replies}
        status.hold(session, {result.visit.id for result in results} | spoken_of)
        keep.write(session, results)
        answering.take(session, replies)

    return write


def _replies(results: Sequence[Result]) -> list[Sent]:
    """Answers to findings among what came."""
    return [
        Sent(result.visit.id, result.visit.unit, dict(result.visit.doc.get("set", {})))
        for result in results
        if result.visit.form[0] == answering.FORM
    ]
