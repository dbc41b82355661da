"""The courier: committed outbox rows to RQ. Any number may run; a lost Redis loses nothing."""

import time
from collections import defaultdict
from collections.abc import Callable

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from sqlalchemy.exc import OperationalError

from jobs.catalogue import QUEUES, TABLE
from jobs.context import Context
from jobs.run import LEASE
from store import clock, outbox
from store.db import begin_write
from store.outbox import Kind

log = structlog.get_logger()
BATCH = 25
"""Rows one RQ job carries (never more than 50)."""
IN_FLIGHT = 8
"""RQ jobs that wait at most: what waits in the table is not sent twice for waiting long."""
PAUSE = 0.25
REDIS_AWAY = 1.0
JOB_SECONDS = 300


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
        self._redis.ping()
        if sum(queue.count for queue in self.queues) >= IN_FLIGHT:
            return 0
        lots = self._claim()
        for queue, seconds, rows, lost in lots:
            self._queues[queue].enqueue_call(
                "jobs.run.run",
                args=(rows, lost),
                timeout=max(JOB_SECONDS, seconds),
                retry=Retry(max=3),
                result_ttl=60,
                failure_ttl=3600,
                description=f"{len(rows)} outbox rows",
            )
        return sum(len(rows) for _, _, rows, _ in lots)

    def _claim(self) -> list[tuple[str, int, list[int], bool]]:
        """(queue, seconds it may take, rows, whether they were lost once) for each RQ job.

        What takes long is leased for as long. What was sent before and not closed goes alone:
        work that kills its process would take the rows beside it along, again at every lease.
        """
        lots: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        with self._context.sessions() as session:
            if not outbox.any_due(session):
                return []
            session.rollback()
            begin_write(session)
            for row in outbox.claim(session, BATCH, clock.after(clock.now(), seconds=LEASE)):
                job = TABLE[Kind(row.kind)]
                if job.seconds > LEASE:
                    row.lease_until = clock.after(clock.now(), seconds=job.seconds)
                apart = row.id if row.state == "sent" else 0
                lots[job.queue, job.seconds, apart].append(row.id)
            session.commit()
        return [(*key[:2], rows, key[2] > 0) for key, rows in lots.items()]
