"""Which job each outbox kind has, and how long it waits after a failure; see `store.queues`."""

from dataclasses import dataclass

from jobs import (
    backup,
    housekeeping,
    night,
    photo_stored,
    purge,
    sync_round,
    visit_accepted,
    visit_complete,
    watch,
)
from jobs.work import Prepare, Together
from store.outbox import Kind


@dataclass(frozen=True, slots=True)
class Job:
    """`waits`: seconds before each next try; after the last the row is dead, and visible."""

    prepare: Prepare
    waits: tuple[int, ...] = (5, 30, 120, 600, 3600)
    seconds: int = 60
    """How long it may take; work that was sent and is not closed by then is sent again."""
    together: Together | None = None
    """Does several rows in one commit, where that is worth it."""
    lot: int = 25
    """Rows that one RQ job carries, all to be closed within their lease; 50 at most."""


TABLE: dict[Kind, Job] = {
    Kind.VISIT_ACCEPTED: Job(visit_accepted.prepare, together=visit_accepted.together, lot=50),
    Kind.VISIT_COMPLETE: Job(visit_complete.prepare),
    Kind.PHOTO_STORED: Job(photo_stored.prepare),
    Kind.FEED_PURGE: Job(purge.prepare),
    Kind.HOUSEKEEPING: Job(housekeeping.prepare),
    Kind.WATCH: Job(watch.prepare),
    Kind.SYNC_ROUND: Job(sync_round.prepare),
    Kind.NIGHT: Job(night.prepare, waits=(60, 600, 3600), seconds=600, lot=1),
    Kind.BACKUP: Job(backup.prepare, waits=(600, 3600), seconds=6 * 3600),
}
