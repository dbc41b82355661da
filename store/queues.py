"""The queues that work waits in, and what a piece of it may take; workers and pages read this."""

from store.outbox import Kind

QUEUES: dict[str, float] = {
    "fast": 2.0,
    "media": 5.0,
    "notify": 5.0,
    "batch": 600.0,
    "low": 60.0,
}
"""{queue: seconds that one piece should take at most}, in the order in which workers look. A piece
over it is no failure; it is seen on the page of work."""

QUEUE: dict[Kind, str] = {
    Kind.VISIT_ACCEPTED: "fast",
    Kind.VISIT_COMPLETE: "media",
    Kind.PHOTO_STORED: "media",
    Kind.WATCH: "notify",
    Kind.SYNC_ROUND: "notify",
    Kind.NIGHT: "batch",
    Kind.FEED_PURGE: "low",
    Kind.HOUSEKEEPING: "low",
    Kind.BACKUP: "low",
}
OF: dict[str, str] = {kind.value: queue for kind, queue in QUEUE.items()}
"""The same by the kind's name as rows have it."""
OWN: dict[str, float] = {Kind.BACKUP.value: 6 * 3600.0}
"""{kind: seconds} of what may take longer than others of its queue."""


def budget(kind: str) -> float:
    """Seconds that a piece of this kind should take at most; raises KeyError for no kind."""
    return OWN.get(kind) or QUEUES[OF[kind]]
