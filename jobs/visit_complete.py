"""All photos of a submission's version are in: check them, against each other visit's too."""

from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write
from media import facts
from media.decode import NotAnImage
from media.inspect import Look
from store.db import begin_snapshot
from verify import keep, pipeline, reading


def prepare(context: Context, work: Work) -> Write:
    """The facts of photos whose own job has not come yet are read here."""
    with context.sessions() as session:
        begin_snapshot(session)
        context.album.catch_up(session)  # most of it before the writing transaction
        missing = [p.sha256 for p in reading.photos(session, work.subject) if p.facts is None]
    looked = {sha: told for sha in missing if (told := _look(context, sha)) is not None}

    def write(session: Session) -> None:
        for sha, told in sorted(looked.items()):
            facts.keep(session, sha, told)
        version = int(work.version)
        keys, tz = context.keys, context.tz
        result = pipeline.on_complete(session, keys, work.subject, version, tz, context.album)
        if result is not None:
            keep.write(session, [result])

    return write


def _look(context: Context, sha256: str) -> Look | None:
    try:
        return facts.read(context.storage, sha256)
    except NotAnImage:
        return None
