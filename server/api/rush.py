"""A deadline's evening: each phone has a minute of its own, and hears when to come again.

Forty phones that come back in one minute would all wait; spread over an hour none does. Only
inside a declared window, only before a phone's own minute, and never when a person sends by hand.
"""

import hashlib
import threading
import time
from dataclasses import dataclass, field

from flask import Blueprint, current_app, request

from server.auth.identity import Identity
from server.services import session
from server.transaction import reads
from store import clock, hours
from store.errors import Refusal

EVERY = 15.0
"""Seconds for which a process remembers the plans, so that a pull costs no query more."""
BY_HAND = "Ruhu-By-Hand"
_NAME = "ruhu_rush"


class ComeLater(Refusal):
    """The phone's own minute of the window is still to come; nothing of the request was kept."""

    code = "come_later"


@dataclass(frozen=True, slots=True)
class Window:
    """One plan, as far as a request has to know it."""

    plan: str
    path: str
    opens_at: str
    closes_at: str

    def minute_of(self, device: str) -> str:
        """The same for the same phone, on every node."""
        whole = clock.seconds_between(self.opens_at, self.closes_at)
        digest = hashlib.sha256(f"{self.plan}|{device}".encode()).digest()
        slot = int.from_bytes(digest[:8]) % max(1, int(whole // 60))
        return clock.after(self.opens_at, minutes=slot)


@dataclass
class Plans:
    """What one process knows of plans; read again now and then."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    windows: tuple[Window, ...] = ()
    read_at: float | None = None

    def known(self, tick: float) -> tuple[Window, ...]:
        with self.lock:
            if self.read_at is None or tick - self.read_at >= EVERY:
                self.windows, self.read_at = _read(), tick
            return self.windows


def install(blp: Blueprint) -> None:
    """Each app reads for itself."""
    blp.record(lambda state: state.app.extensions.update({_NAME: Plans()}))


def forget() -> None:
    """A plan was made or ended here: it counts from the next request on."""
    current_app.extensions[_NAME].read_at = None


@reads
def _read() -> tuple[Window, ...]:
    return tuple(
        Window(plan.id, path, plan.opens_at, plan.closes_at)
        for plan, path in hours.plans(session(), clock.now())
    )


def wait(known: Identity) -> None:
    """Raises ComeLater, with the seconds to wait, before the phone's minute."""
    if request.headers.get(BY_HAND) == "1":
        return
    plans: Plans = current_app.extensions[_NAME]
    windows = plans.known(time.monotonic())
    window = _of(windows, known, clock.now()) if windows else None
    if window is None:
        return
    left = clock.seconds_between(clock.now(), window.minute_of(known.device))
    if left > 0:
        raise ComeLater(
            "many phones send this evening; come again after this many seconds, or send by hand",
            retry_after=str(int(left) + 1),
        )


def _of(windows: tuple[Window, ...], known: Identity, now: str) -> Window | None:
    """The open window of the nearest area; somebody with a grant elsewhere is not held up."""
    paths = [given.path for given in known.grants]
    open_ = [w for w in windows if w.opens_at <= now < w.closes_at]
    mine = [w for w in open_ if paths and all(path.startswith(w.path) for path in paths)]
    return mine[0] if mine else None
