"""When each phone was last heard and how it was refused: kept here and flushed in bulk.

Pulls write nothing. A push notes its phone in its own transaction. What this process has not
flushed when it ends is lost: at most a minute of "last seen", and the refusals of that minute.
A phone that is shut out cannot make the server write more by trying more: its tries are counted
here, and a flush adds one number to one row.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from server.auth.identity import Identity
from server.services import session
from server.transaction import in_writing
from store import clock, health
from store.errors import Refusal
from store.health import Contact, Fault, Knocks

EVERY = 60.0
"""Seconds between two flushes of one process."""
MOST = 500
"""Refusals that wait for a flush; beyond, the newest are left out."""
_NAME = "ruhu_contacts"
EXPECTED = frozenset({"come_later"})
"""Refusals that say nothing of a phone's health."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be written now; false where there is nothing."""

    heard: Mapping[str, Contact] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    knocks: Mapping[tuple[str, str], Knocks] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.heard or self.faults or self.knocks)


class Contacts:
    """Last contacts and refusals of one process, by device; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[str, Contact] = {}
        self._faults: list[Fault] = []
        self._knocks: dict[tuple[str, str], Knocks] = {}
        self._flushed: float | None = None

    def note(self, device: str, contact: Contact, tick: float) -> Due:
        """Remember a contact; what is to be flushed now, at `tick` seconds, or nothing."""
        with self._lock:
            known = self._heard.get(device)
            self._heard[device] = known.then(contact) if known else contact
            return self._due(tick)

    def refused(self, fault: Fault, tick: float) -> Due:
        with self._lock:
            if len(self._faults) < MOST:
                self._faults.append(fault)
            return self._due(tick)

    def turned_away(self, device: str, code: str, at: str, tick: float) -> Due:
        """A phone that was shut out tried; however often, it is one entry here."""
        with self._lock:
            _add(self._knocks, (device, code), Knocks(1, at, at))
            return self._due(tick)

    def overdue(self, tick: float) -> Due:
        """What waits since the last flush, so that a quiet process does not keep it for itself."""
        with self._lock:
            waits = self._heard or self._faults or self._knocks
            return self._due(tick) if waits else Due()

    def _due(self, tick: float) -> Due:
        if self._flushed is not None and tick - self._flushed < EVERY:
            return Due()
        self._flushed = tick
        due = Due(self._heard, self._faults, self._knocks)
        self._heard, self._faults, self._knocks = {}, [], {}
        return due

    def give_back(self, due: Due) -> None:
        """What could not be flushed, unless something newer was heard since."""
        with self._lock:
            self._heard = {**due.heard, **self._heard}
            self._faults = [*due.faults, *self._faults][:MOST]
            since, self._knocks = self._knocks, dict(due.knocks)
            for name, knocks in since.items():
                _add(self._knocks, name, knocks)


def _add(kept: dict[tuple[str, str], Knocks], name: tuple[str, str], knocks: Knocks) -> None:
    """A revoked phone's token is needed for each entry, so there are no more than phones."""
    known = kept.get(name)
    kept[name] = known.then(knocks) if known else knocks


def install(blp: Blueprint) -> None:
    """Each app counts for itself."""
    blp.record(lambda state: state.app.extensions.update({_NAME: Contacts()}))


def watch(app: Flask) -> None:
    """Note every refusal of a known device, whatever route it was at."""
    app.after_request(_look)


def heard(device: str, position: int | None = None) -> None:
    """Note a pull. A database that cannot be written to now is no reason to refuse one."""
    contacts: Contacts = current_app.extensions[_NAME]
    _write(contacts, contacts.note(device, Contact(clock.now(), position), time.monotonic()))


def _look(response: Response) -> Response:
    contacts: Contacts = current_app.extensions[_NAME]
    _write(contacts, contacts.overdue(time.monotonic()))
    known: Identity | None = g.get("identity")
    if g.get("shut_out"):
        due = contacts.turned_away(g.shut_out, g.get("problem", ""), clock.now(), time.monotonic())
        _write(contacts, due)
    if response.status_code < 400 or known is None or known.browser or not known.device:
        return response
    code = g.get("problem", "")
    if code in EXPECTED:
        return response
    route = f"{request.method} {request.url_rule.rule if request.url_rule else '?'}"
    fault = Fault(known.device, clock.now(), code or "refused", response.status_code, route)
    _write(contacts, contacts.refused(fault, time.monotonic()))
    return response


def _write(contacts: Contacts, due: Due) -> None:
    if not due:
        return
    try:
        in_writing(session(), lambda: flush(session(), due))
    except Refusal:
        contacts.give_back(due)


def flush(current: Session, due: Due) -> None:
    health.note(current, due.heard, due.faults, due.knocks)
