"""From the outbox through a real Valkey to a real RQ worker in its own process."""

import subprocess

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select

from jobs.context import Context
from jobs.relay import Relay
from server.launch import valkey
from store import clock, ids, outbox
from store.db import begin_write
from store.findings import Evaluation
from store.outbox import Kind, OutboxRow
from tests.jobs.conftest import Visit
from tests.kit.cast import Cast
from tests.kit.wait import until


def open_rows(context: Context) -> int:
    with context.sessions() as session:
        query = select(func.count()).select_from(OutboxRow).where(OutboxRow.state != "done")
        return session.scalar(query) or 0


def test_a_visit_is_checked_by_a_worker(
    context: Context, visit: Visit, courier_url: str, worker: subprocess.Popen[bytes]
) -> None:
    rec = visit()
    with Redis.from_url(courier_url) as redis:
        assert Relay(context, redis).step() > 0
    until(lambda: open_rows(context) == 0, told="the worker did not finish")
    assert worker.poll() is None
    with context.sessions() as session:
        assert session.scalars(select(Evaluation.rec)).all() == [rec]


def test_with_valkey_away_nothing_is_lost(
    context: Context, visit: Visit, courier: valkey.Child, courier_url: str
) -> None:
    with Redis.from_url(courier_url) as redis:
        relay = Relay(context, redis)
        courier.stop(5)
        visit()
        waiting = open_rows(context)
        with pytest.raises(RedisError):
            relay.step()
        assert open_rows(context) == waiting > 0
        courier.start()
        until(lambda: valkey.answers(courier_url))
        assert relay.step() == waiting


def lose_leases(context: Context) -> None:
    with context.sessions() as session:
        begin_write(session)
        for row in session.scalars(select(OutboxRow)):
            row.lease_until = clock.after(clock.now(), seconds=-1)
        session.commit()


def test_what_a_dead_courier_carried_is_sent_again(
    context: Context, visit: Visit, courier_url: str
) -> None:
    visit()
    with Redis.from_url(courier_url) as redis:
        relay = Relay(context, redis)
        sent = relay.step()
        redis.flushall()
        assert relay.step() == 0
        lose_leases(context)
        assert relay.step() == sent


def test_work_that_was_lost_once_is_carried_apart_from_all_other(
    context: Context, visit: Visit, courier_url: str
) -> None:
    """Or a job that kills its process would kill those beside it for ever."""
    visit(), visit()
    with Redis.from_url(courier_url) as redis:
        relay = Relay(context, redis)
        rows = relay.step()
        jobs = sum(queue.count for queue in relay.queues)
        redis.flushall()
        lose_leases(context)
        assert relay.step() == rows > jobs
        assert sum(queue.count for queue in relay.queues) == rows


def ask(context: Context, kind: Kind, count: int) -> None:
    with context.sessions() as session:
        begin_write(session)
        outbox.put_all(session, [(kind, ids.new(), 1) for _ in range(count)])
        session.commit()


def carried(relay: Relay) -> list[tuple[str, int]]:
    """(queue, rows) of each RQ job that waits."""
    return [(q.name, len(job.args[0])) for q in relay.queues for job in q.jobs]


def test_many_rows_go_in_lots_of_one_kind(context: Context, cast: Cast, courier_url: str) -> None:
    assert cast.unit
    ask(context, Kind.VISIT_ACCEPTED, 60)
    ask(context, Kind.PHOTO_STORED, 30)
    with Redis.from_url(courier_url) as redis:
        relay = Relay(context, redis)
        assert relay.step() == 90 and relay.step() == 0
        assert carried(relay) == [("fast", 50), ("fast", 10), ("media", 25), ("media", 5)]


def test_many_photos_leave_the_way_free_for_a_visit(
    context: Context, cast: Cast, courier_url: str
) -> None:
    assert cast.unit
    ask(context, Kind.PHOTO_STORED, 500)
    with Redis.from_url(courier_url) as redis:
        relay = Relay(context, redis)
        while relay.step():
            pass
        waiting = open_rows(context) - sum(rows for _, rows in carried(relay))
        assert waiting > 0
        ask(context, Kind.VISIT_ACCEPTED, 1)
        assert relay.step() == 1 and ("fast", 1) in carried(relay)
