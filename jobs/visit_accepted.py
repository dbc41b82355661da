"""Submissions' versions are stored: evaluate their answers, check their places and clocks."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write, nothing
from store.db import begin_snapshot
from verify import keep, pipeline


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
        keep.write(session, results)

    return write
