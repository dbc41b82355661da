"""The courier: committed outbox rows to RQ. Any number may run; a lost Redis loses nothing."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from sqlalchemy.exc import OperationalError

from jobs.catalogue import TABLE, Job
from jobs.context import Context
from jobs.run import LEASE
from store import clock, outbox
from store.db import begin_write
from store.outbox import Kind
from store.queues import QUEUE, QUEUES

log = structlog.get_logger()
BATCH = 100
"""Rows that are claimed at a time."""
IN_FLIGHT = 8
"""RQ jobs that wait in a queue at most: what waits in the table is not sent twice for waiting long,
and many photos leave the way free for a visit."""
PAUSE = 0.25
REDIS_AWAY = 1.0
JOB_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Lot:
    """Rows that one RQ job carries."""

    job: Job
    queue: str
    rows: list[int]
    lost: bool
    """They were sent before, and not closed within their lease."""


class Relay:
    """`step` carries once; `serve` carries until told to stop."""

    def __init__(self, context: Context, redis: Redis) -> None:
        self._context = context
        self._queues = {
            name: Queue(name, connection=redis, serializer="json", default_timeout=JOB_SECONDS)
            for name in QUEUES
        }
        self._redis = redis

    @property
    def queues(self) -> list[Queue]:
        return list(self._queues.values())

    def serve(self, stop: Callable[[], bool]) -> None:
        while not stop():
            try:
                carried = self.step()
            except (RedisError, OSError) as away:
                log.warning("redis is away", error=type(away).__name__)
                time.sleep(REDIS_AWAY)
                continue
            except OperationalError as busy:
                log.warning("database is away", error=type(busy).__name__)
                time.sleep(REDIS_AWAY)
                continue
            if not carried:
                time.sleep(PAUSE)

    def step(self) -> int:
        """Claim what is due and hand it over; how many rows. Raises RedisError."""
        with self._context.sessions() as session:
            if not outbox.any_due(session):
                return 0
        lots = self._claim(self._free())
        for lot in lots:
            self._queues[lot.queue].enqueue_call(
                "jobs.run.run",
                args=(lot.rows, lot.lost),
                timeout=max(JOB_SECONDS, lot.job.seconds),
                retry=Retry(max=3),
                result_ttl=60,
                failure_ttl=3600,
                description=f"{len(lot.rows)} outbox rows",
            )
        return sum(len(lot.rows) for lot in lots)

    def _free(self) -> list[Kind]:
        """Kinds whose queue takes more. Raises RedisError."""
        asked = self._redis.pipeline(transaction=False)
        for queue in self.queues:
            asked.llen(queue.key)
        waiting = dict(zip(self._queues, asked.execute(), strict=True))
        return [kind for kind in TABLE if waiting[QUEUE[kind]] < IN_FLIGHT]

    def _claim(self, kinds: list[Kind]) -> list[Lot]:
        """One lot for each RQ job. What takes long is leased for as long.

        What was sent before and not closed goes alone: work that kills its process would take the
        rows beside it along, again at every lease.
        """
        lots: dict[tuple[Kind, int], list[int]] = defaultdict(list)
        with self._context.sessions() as session:
            begin_write(session)
            now = clock.now()
            for row in outbox.claim(session, BATCH, clock.after(now, seconds=LEASE), kinds):
                lots[row.kind, row.id if row.lost else 0].append(row.id)
                if (seconds := TABLE[row.kind].seconds) > LEASE:
                    outbox.lease(session, [row.id], clock.after(now, seconds=seconds))
            session.commit()
        return [
            Lot(TABLE[kind], QUEUE[kind], rows[at : at + TABLE[kind].lot], lost > 0)
            for (kind, lost), rows in lots.items()
            for at in range(0, len(rows), TABLE[kind].lot)
        ]
