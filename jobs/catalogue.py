"""Which job each outbox kind has, on which queue, and how long it waits after a failure."""

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

QUEUES = ("fast", "media", "batch", "low")
"""In the order in which workers look."""


@dataclass(frozen=True, slots=True)
class Job:
    """`waits`: seconds before each next try; after the last the row is dead, and visible."""

    prepare: Prepare
    queue: str
    waits: tuple[int, ...] = (5, 30, 120, 600, 3600)
    seconds: int = 60
    """How long it may take; work that was sent and is not closed by then is sent again."""
    together: Together | None = None
    """Does several rows in one commit, where that is worth it."""
    lot: int = 25
    """Rows that one RQ job carries, all to be closed within their lease; 50 at most."""


TABLE: dict[Kind, Job] = {
    Kind.VISIT_ACCEPTED: Job(
        visit_accepted.prepare, "fast", together=visit_accepted.together, lot=50
    ),
    Kind.VISIT_COMPLETE: Job(visit_complete.prepare, "media"),
    Kind.PHOTO_STORED: Job(photo_stored.prepare, "media"),
    Kind.FEED_PURGE: Job(purge.prepare, "low"),
    Kind.HOUSEKEEPING: Job(housekeeping.prepare, "low"),
    Kind.WATCH: Job(watch.prepare, "low"),
    Kind.SYNC_ROUND: Job(sync_round.prepare, "low"),
    Kind.NIGHT: Job(night.prepare, "batch", waits=(60, 600, 3600), seconds=600, lot=1),
    Kind.BACKUP: Job(backup.prepare, "low", waits=(600, 3600), seconds=6 * 3600),
}
