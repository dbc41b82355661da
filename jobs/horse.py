"""RQ's worker with a work-horse that lasts: forked once, it does many jobs, one after another.

RQ forks a process for each job, in which every statement and every form is compiled anew: that
cost half as much as the work. What forking is for stays true: a job that kills its process takes
only itself along, a job that hangs is killed from outside, and memory is given back, since a horse
is replaced after so many jobs or where it grew too large.
"""

import gc
import os
import random
import resource
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job

JOBS = 200
"""After so many a horse is replaced."""
MEMORY = 400
"""MB; a horse that ever needed more is replaced after that job."""
DONE, LAST = b".", b"!"
"""What a horse says after a job, after its last one."""


@dataclass
class Horse:
    """A forked process, and the line to it; the line ends when either end does."""

    pid: int
    line: socket.socket
    began: bool = False

    def begin(self, job: str, queue: str, execution: str) -> bool:
        """Give it a job; False where it has died since its last one."""
        try:
            if self.began and not self.line.recv(1):
                return False
            self.line.sendall(f"{job} {queue} {execution}\n".encode())
        except OSError:
            return False
        self.began = True
        return True

    def heard(self) -> bytes:
        """Wait for its word; "" where it died. The word stays, so that waiting may be broken off
        at any moment and begun again."""
        select.select([self.line], [], [])
        try:
            return self.line.recv(1, socket.MSG_PEEK)
        except ConnectionError:
            return b""


class LastingWorker(Worker):
    """The worker is the parent, which never touches the database; the horse does the jobs."""

    _horse: Horse | None = None

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        execution = self.execution
        assert execution is not None  # RQ has just prepared it
        told = (job.id, queue.name, execution.id)
        if self._horse is not None and not self._horse.begin(*told):
            self._dismiss(self._horse)
        if self._horse is None:
            self._horse = self._forked()
            self._horse.begin(*told)
        self._horse_pid = self._horse.pid

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        """A job that is done is to RQ as a process that ended well."""
        horse = self._horse
        if horse is None:
            return None, None, None
        if horse.heard() == DONE:
            return horse.pid, os.EX_OK, None
        ended = super().wait_for_horse()
        horse.line.close()
        self._horse = None
        return ended

    def teardown(self) -> None:
        if self._horse is not None and not self.is_horse:
            self._dismiss(self._horse)
        super().teardown()  # type: ignore[no-untyped-call]

    def _dismiss(self, horse: Horse) -> None:
        """It ends when its line does; wait, so that nothing of it is left."""
        horse.line.close()
        os.waitpid(horse.pid, 0)
        self._horse = None

    def _forked(self) -> Horse:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid:
            theirs.close()
            return Horse(pid, ours)
        os.setpgrp()
        ours.close()
        self._serve(theirs)

    def _serve(self, line: socket.socket) -> NoReturn:
        """The horse's life; it never comes back from here."""
        try:
            random.seed()
            self.setup_work_horse_signals()  # type: ignore[no-untyped-call]
            self._is_horse = True
            gc.freeze()  # what the worker had imported is not looked through again and again
            for number, told in enumerate(_lines(line), 1):
                well = self._do(*told.split())
                spent = not well or number >= JOBS or _megabytes() > MEMORY
                line.sendall(LAST if spent else DONE)
                if spent:
                    break
        except BaseException:  # whatever it was, this process must never go on as a second worker
            self.log.exception("the work horse ends")
            os._exit(1)
        os._exit(0)

    def _do(self, job_id: str, queue_name: str, execution_id: str) -> bool:
        """As RQ's horse does its only job; False where it failed or may have been broken off:
        nobody knows in the middle of what, so this process does no other job."""
        job = self.job_class.fetch(job_id, connection=self.connection, serializer=self.serializer)
        queue = next(queue for queue in self.queues if queue.name == queue_name)
        execution = Execution.fetch(execution_id, job_id, connection=self.connection)
        began = time.monotonic()
        well = self.perform_job(job, queue, execution)
        return well and time.monotonic() - began < int(job.timeout or Queue.DEFAULT_TIMEOUT)


def _lines(line: socket.socket) -> Iterator[str]:
    """Jobs as they are told, until the other end is closed, or gone."""
    with suppress(ConnectionError):
        yield from line.makefile("r")


def _megabytes() -> float:
    """The most that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
