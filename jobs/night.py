"""The checks over many visits of a township."""

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write, nothing
from store import clock
from store.db import begin_snapshot
from verify import night


def prepare(context: Context, work: Work) -> Write:
    """`subject` is the township, `version` the night, or the visits that a person asked about."""
    with context.sessions() as session:
        begin_snapshot(session)
        judged = night.judge(session, work.subject, clock.now(), context.tz)
    if judged is None:
        return nothing

    def write(session: Session) -> None:
        night.write(session, judged)

    return write
