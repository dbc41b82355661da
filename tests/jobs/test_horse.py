"""A real worker's process for jobs lasts, and is no more than a process that may die."""

import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus

from jobs.horse import JOBS
from tests.kit.wait import until

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ENDED = (JobStatus.FINISHED, JobStatus.FAILED)


@pytest.fixture
def queue(courier_url: str, worker: subprocess.Popen[bytes]) -> Iterator[Queue]:
    """What this worker works on; a job's answer is what the called function gives back."""
    assert worker.poll() is None
    with Redis.from_url(courier_url) as redis:
        yield Queue("fast", connection=redis, serializer="json")


def asked(queue: Queue, what: str, *args: object, timeout: int = 30) -> Job:
    return queue.enqueue_call(what, args=args, timeout=timeout, result_ttl=60)


def result(job: Job) -> Any:
    """What the job gave back; None where it failed."""
    until(lambda: job.get_status() in ENDED, told="the job did not end")
    return job.return_value(refresh=True)


def gone(pid: int) -> bool:
    """Whether it has ended; its parent may not have looked yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_many_jobs_are_done_by_one_process_that_is_replaced_in_the_end(
    queue: Queue, worker: subprocess.Popen[bytes]
) -> None:
    jobs = [asked(queue, "os.getpid") for _ in range(JOBS + 1)]
    *first, last = [result(job) for job in jobs]
    assert set(first) == {first[0]} and last not in {first[0], worker.pid, None}
    until(lambda: gone(first[0]))


def test_a_job_that_kills_its_process_takes_only_itself_along(queue: Queue) -> None:
    jobs = [asked(queue, *what) for what in (("os.getpid",), ("os._exit", 3), ("os.getpid",))]
    before, none, after = [result(job) for job in jobs]
    assert none is None and after not in (before, None)
    assert jobs[1].get_status() is JobStatus.FAILED
    told = jobs[1].latest_result()
    assert told is not None and "terminated unexpectedly" in str(told.exc_string)


def test_a_job_that_takes_too_long_is_broken_off_and_its_process_replaced(queue: Queue) -> None:
    before = result(asked(queue, "os.getpid"))
    slow = asked(queue, "time.sleep", 60, timeout=1)
    assert result(slow) is None and slow.get_status() is JobStatus.FAILED
    assert result(asked(queue, "os.getpid")) not in (before, None)
    until(lambda: gone(before))


def test_a_process_that_was_killed_between_two_jobs_is_replaced(queue: Queue) -> None:
    before = result(asked(queue, "os.getpid"))
    os.kill(before, signal.SIGKILL)
    until(lambda: gone(before))
    after = result(asked(queue, "os.getpid"))
    assert after not in (before, None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_its_worker(
    queue: Queue, worker: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    horse = result(asked(queue, "os.getpid"))
    worker.send_signal(number)
    worker.wait(20)
    until(lambda: gone(horse))
