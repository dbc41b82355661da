"""A process that pushes visits and notes what the server acknowledged."""

import random
import time
from contextlib import nullcontext
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store import clock, ids
from store.db import begin_write, engine_for, factory
from store.seal import Keyring
from sync import scope
from sync.push import push
from sync.scope import Who
from tests.kit import ops
from tests.mutants.plant import Mutant, planted

TRIES = 4


@dataclass(frozen=True)
class Task:
    """What one writer does: `pushes` times up to `most` visits, resting up to `pause` seconds
    between its last statement and its commit."""

    user: str
    device: str
    unit: str
    pushes: int
    most: int = 4
    pause: float = 0.0


def write(url: str, secret: str, task: Task, bug: Mutant | None = None) -> list[str]:
    """The ids of the visits that were acknowledged."""
    with planted(bug) if bug else nullcontext():
        return _write(url, secret, task)


def _begin(session: Session) -> None:
    """As the server: asked again where SQLite kept this one of many writers waiting too long."""
    for left in reversed(range(TRIES)):
        try:
            return begin_write(session)
        except OperationalError:
            session.rollback()
            if not left:
                raise


def _write(url: str, secret: str, task: Task) -> list[str]:
    chance = random.Random(task.device)
    engine, keys, told = engine_for(url), Keyring(secret), []
    sessions = factory(engine)
    for _ in range(task.pushes):
        count = chance.randint(1, task.most)
        lines = [ops.op(ids.new(), values=ops.visit(task.unit)) for _ in range(count)]
        with sessions() as session:
            _begin(session)
            who = Who(task.user, task.device, scope.grants_of(session, task.user))
            batch = ops.batch(task.device, *lines)
            answer = push(session, keys, who, batch, clock.now())
            time.sleep(chance.random() * task.pause)
            session.commit()
        assert all(line["result"] == "applied" for line in answer.results)
        told += [str(line["rec"]) for line in lines]
    engine.dispose()
    return told
