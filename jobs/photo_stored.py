"""A file is whole: read what its bytes say, make its small copies."""

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write, nothing
from media import facts
from media.decode import NotAnImage


def prepare(context: Context, work: Work) -> Write:
    try:
        told = facts.read(context.storage, work.subject)
    except NotAnImage:
        # The bytes are what the phone sent, and stay; the visit's photo check says so.
        return nothing

    def write(session: Session) -> None:
        facts.keep(session, work.subject, told)

    return write
