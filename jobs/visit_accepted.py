"""Submissions' versions are stored: evaluate their answers, check their places and clocks."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write, nothing
from store import clock, status
from store.db import begin_snapshot
from verify import answering, backchecks, keep, pipeline
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
        backchecks.received(session, _backchecks(results), clock.now())

    return write


def _replies(results: Sequence[Result]) -> list[Sent]:
    """Answers to findings among what came."""
    return [
        Sent(result.visit.id, result.visit.unit, dict(result.visit.doc.get("set", {})))
        for result in results
        if result.visit.form[0] == answering.FORM
    ]


def _backchecks(results: Sequence[Result]) -> list[tuple[str, str, str]]:
    """(submission, household, visit named) of back-checks among what came."""
    return [
        (r.visit.id, r.visit.unit, str(r.visit.doc.get("set", {}).get(backchecks.VISIT) or ""))
        for r in results
        if r.visit.form[0] == backchecks.FORM
    ]
