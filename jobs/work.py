"""One piece of work, as read from the outbox, and the shape of what does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from jobs.context import Context
from store.outbox import Kind, OutboxRow


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done; `version` names the input, so that it is done once."""

    row: int
    kind: Kind
    subject: str
    version: str
    attempts: int
    payload: dict[str, Any]


def work_of(row: OutboxRow) -> Work:
    payload = orjson.loads(row.payload)
    return Work(row.id, Kind(row.kind), row.subject, row.version, row.attempts, payload)


Write = Callable[[Session], None]
"""The effect, in one writing transaction that also closes the row."""

Prepare = Callable[[Context, Work], Write]
"""Everything slow (reading, decoding, judging) before that transaction; it may be run twice."""

Together = Callable[[Context, Sequence[Work]], Write]
"""The same for several pieces of one kind: one reading, one effect, one commit that closes all."""


def nothing(_session: Session) -> None:
    """The input has moved on; its newer version has work of its own."""
