"""Every night: a copy of everything, told to phones once it is durable and proven."""

from sqlalchemy.orm import Session

from backup import shelf
from backup.take import Source, Taken, take
from backup.version import VERSION
from jobs.context import Context
from jobs.work import Work, Write, nothing
from store import feed


class PhotosMissing(Exception):
    """The copy stands, but the server itself has lost photos: phones must not forget theirs."""


def prepare(context: Context, _work: Work) -> Write:
    """The copy is made here, outside any transaction. Raises PhotosMissing."""
    nightly = context.nightly
    if nightly is None:
        return nothing
    source = Source(context.engine, context.storage, context.keys, VERSION)
    place = shelf.shelf(nightly.folder)
    taken = take(source, place)
    if not taken.told.whole:
        raise PhotosMissing(f"{len(taken.told.absent)} stored photo(s) missing or damaged")
    shelf.thin(place, nightly.keep)

    def write(session: Session) -> None:
        _tell(session, taken)

    return write


def _tell(session: Session, taken: Taken) -> None:
    told = taken.told
    feed.note_backup(session, told.epoch, told.position, told.made_at)
