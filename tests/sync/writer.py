"""A process that pushes visits and notes what the server acknowledged."""

import random

from store import clock, ids
from store.db import begin_write, engine_for, factory
from store.seal import Keyring
from sync import scope
from sync.push import push
from sync.scope import Who
from tests.kit import ops


def write(url: str, secret: str, user: str, device: str, unit: str, pushes: int) -> list[str]:
    """The ids of the visits that were acknowledged, `pushes` times a few."""
    chance = random.Random(device)
    engine, keys, told = engine_for(url), Keyring(secret), []
    sessions = factory(engine)
    for _ in range(pushes):
        lines = [ops.op(ids.new(), values=ops.visit(unit)) for _ in range(chance.randint(1, 4))]
        with sessions() as session:
            begin_write(session)
            who = Who(user, device, scope.grants_of(session, user))
            answer = push(session, keys, who, ops.batch(device, *lines), clock.now())
            session.commit()
        assert all(line["result"] == "applied" for line in answer.results)
        told += [str(line["rec"]) for line in lines]
    engine.dispose()
    return told
