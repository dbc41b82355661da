"""When each phone was last heard: pulls write nothing, so this is kept here and flushed in bulk.

A push notes its phone in its own transaction. What this process has not flushed when it ends
is lost: at most a minute of "last seen".
"""

import threading
import time
from collections.abc import Mapping

from flask import Blueprint, current_app
from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import Session

from server.services import session
from server.transaction import in_writing
from store import clock
from store.accounts import Device
from store.errors import Refusal

EVERY = 60.0
"""Seconds between two flushes of one process."""
_NAME = "ruhu_contacts"


class Contacts:
    """Last contacts of one process, by device; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, str] = {}
        self._flushed: float | None = None

    def note(self, device: str, moment: str, tick: float) -> dict[str, str]:
        """Remember a contact; what is to be flushed now, at `tick` seconds, or nothing."""
        with self._lock:
            self._heard[device] = moment
            if self._flushed is not None and tick - self._flushed < EVERY:
                return {}
            self._flushed = tick
            due, self._heard = self._heard, {}
            return due

    def give_back(self, due: Mapping[str, str]) -> None:
        """What could not be flushed, unless something newer was heard since."""
        with self._lock:
            self._heard = {**due, **self._heard}


def install(blp: Blueprint) -> None:
    """Each app counts for itself."""
    blp.record(lambda state: state.app.extensions.update({_NAME: Contacts()}))


def heard(device: str) -> None:
    """Note a pull. A database that cannot be written to now is no reason to refuse one."""
    contacts: Contacts = current_app.extensions[_NAME]
    due = contacts.note(device, clock.now(), time.monotonic())
    if not due:
        return
    try:
        in_writing(session(), lambda: flush(session(), due))
    except Refusal:
        contacts.give_back(due)


def flush(current: Session, due: Mapping[str, str]) -> None:
    """Rows in id order, as everywhere; a later contact that stands already stays."""
    table = Device.__table__
    older = or_(table.c.last_seen_at.is_(None), table.c.last_seen_at < bindparam("moment"))
    statement = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("device"), older)
        .values(last_seen_at=bindparam("moment"))
    )
    rows = [{"device": device, "moment": due[device]} for device in sorted(due)]
    current.connection().execute(statement, rows)
