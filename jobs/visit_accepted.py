"""A submission's version is stored: evaluate its answers, check its place and clock."""

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write, nothing
from store.db import begin_snapshot
from verify import pipeline


def prepare(context: Context, work: Work) -> Write:
    with context.sessions() as session:
        begin_snapshot(session)
        version = int(work.version)
        result = pipeline.on_accepted(session, context.keys, work.subject, version, context.tz)
    if result is None:
        return nothing

    def write(session: Session) -> None:
        pipeline.write(session, result)

    return write
