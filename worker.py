"""The door for background work: `python worker.py relay` or `python worker.py work`."""

import signal
import sys
import threading

from redis import Redis
from rq import Queue

from jobs import context, run
from jobs.context import Nightly, Places
from jobs.horse import LastingWorker
from jobs.relay import Relay
from server import config, logs
from server.config import BadSetting, Settings
from store.queues import QUEUES

WORKER_TTL = 20
MAINTENANCE = 5
"""Seconds: with these a killed worker's job comes back in about a minute."""


def main(arguments: list[str]) -> int:
    """Runs until told to stop by SIGTERM or Ctrl-C."""
    if arguments not in (["relay"], ["work"]):
        print("python worker.py relay | work", file=sys.stderr)
        return 2
    try:
        settings = config.read()
    except BadSetting as fault:
        print(fault, file=sys.stderr)
        return 1
    logs.configure(settings.log)
    context.tell(places(settings))
    redis = Redis.from_url(settings.redis_url)
    return _relay(redis) if arguments == ["relay"] else _work(redis)


def places(settings: Settings) -> Places:
    return Places(
        database_url=settings.database_url,
        media_url=settings.media_url,
        secret_key=settings.secret_key,
        spool=settings.spool,
        tz=settings.tz,
        nightly=_nightly(settings),
    )


def _nightly(settings: Settings) -> Nightly | None:
    if settings.backup_dir is None:
        return None
    return Nightly(settings.backup_dir, settings.backup_hour, settings.backup_keep)


def _relay(redis: Redis) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Relay(context.current(), redis).serve(stop.is_set)
    return 0


def _work(redis: Redis) -> int:
    """A job that dies takes only its own process along, see `jobs.horse`."""
    assert callable(run.run)  # imported before the first fork, so that a job starts at once
    queues = [Queue(name, connection=redis, serializer="json") for name in QUEUES]
    worker = LastingWorker(
        queues,
        connection=redis,
        serializer="json",
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
    )
    worker.work(logging_level="WARNING")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
