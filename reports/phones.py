"""How phones fare, and what stands in the way of each: for whoever can help, in no one's order.

Phones that cannot get their work through come first. Nothing here counts or ranks people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock, counter, feed, health, hours, parameters
from store.accounts import Device, Grant, Role
from store.areas import Area
from store.counter import Counter
from store.forms import FormVersion
from store.health import DeviceFault, TurnedAway
from store.hours import Hours

CLOCK_LIMIT = 300.0
SILENT_DAYS = 7
LATELY_DAYS = 30
"""How long a counter that ran back, and a phone that was turned away, are worth a look."""


class Obstacle(Enum):
    """What stands in the way; the console has words for each."""

    SILENT = "silent"
    """Expected or with unsent work, and not heard for days."""
    REFUSED = "refused"
    """Work waits on it, and the last thing it heard was a refusal."""
    MISMATCH = "mismatch"
    """What it holds was other than what the server holds."""
    CLOCK = "clock"
    """Its clock is off by more than five minutes."""
    OLD_FORM = "old_form"
    """It still fills in an older version of a form."""
    UNSENT = "unsent"
    """Work waits on it; it was heard lately and will most likely send by itself."""
    MISSING = "missing"
    """Numbers of its ops were skipped and have not come since."""
    COUNTER = "counter"
    """It used numbers a second time: it was set back, or there are two of it."""
    NEVER = "never"
    """Enrolled, and never heard since."""


STUCK = frozenset({Obstacle.SILENT, Obstacle.REFUSED})


@dataclass(frozen=True, slots=True)
class Health:
    """One phone; numbers are None where the phone never told them."""

    device: Device
    ops: int | None
    photos: int | None
    drafts: int | None
    forms: Mapping[str, str]
    lag: int | None
    """Positions of the feed that it has not pulled; most of them may be others' households."""
    expected: bool
    faults: Sequence[DeviceFault]
    knocks: Sequence[TurnedAway]
    """How it was turned away since it was shut out, the latest first."""
    counter: Counter
    obstacles: tuple[Obstacle, ...]

    @property
    def stuck(self) -> bool:
        return bool(STUCK & set(self.obstacles))

    @property
    def unsent(self) -> int:
        return (self.ops or 0) + (self.photos or 0) + (self.drafts or 0)

    def told(self) -> dict[str, Any]:
        """For programs."""
        return {
            "last_seen_at": self.device.last_seen_at,
            "reported_at": self.device.reported_at,
            "app": self.device.app,
            "forms": dict(self.forms),
            "unsent": {"ops": self.ops, "photos": self.photos, "drafts": self.drafts},
            "clock_offset": self.device.clock_offset,
            "lag": self.lag,
            "digest_mismatches": self.device.digest_mismatches,
            **self.counter.told(),
            "turned_away": [
                {"code": k.code, "times": k.times, "first_at": k.first_at, "last_at": k.last_at}
                for k in self.knocks
            ],
            "stuck": self.stuck,
            "obstacles": [each.value for each in self.obstacles],
        }


def look(session: Session, devices: Sequence[Device], tz: str) -> dict[str, Health]:
    """{device: how it fares}, from one moment."""
    now = clock.now()
    day = clock.local_day(now, tz).isoformat()
    silent = float(parameters.as_of(session, day).get("device_silent_days", SILENT_DAYS))
    head, newest = feed.head(session), _newest(session)
    named = [device.id for device in devices]
    faults, knocks = health.faults_of(session, named), health.knocks_of(session, named)
    waited_for = _expected(session, devices, day)
    return {
        device.id: _health(
            device, faults[device.id], knocks[device.id], head, newest,
            device.user_id in waited_for, silent, now,
        )
        for device in devices
    }  # fmt: skip


def _newest(session: Session) -> dict[str, str]:
    query = select(FormVersion.form, FormVersion.version).order_by(FormVersion.published_at)
    return {form: version for form, version in session.execute(query)}


def _expected(session: Session, devices: Sequence[Device], day: str) -> set[str]:
    """Users whose area has hours at which phones send."""
    known = hours.in_force(session, day)
    paths = homes(session, [device.user_id for device in devices]) if known else {}
    return {user for user, path in paths.items() if _has_hours(known, path)}


def _has_hours(known: list[Hours], path: str) -> bool:
    own = hours.nearest(known, path)
    return own is not None and bool(own.hours)


def homes(session: Session, users: Sequence[str]) -> dict[str, str]:
    """{user: the path of the deepest area where they work with a phone}."""
    query = (
        select(Grant.user_id, Area.path)
        .join(Area, Area.code == Grant.area)
        .where(Grant.user_id.in_(users), Grant.ended_seq.is_(None))
        .where(Grant.role != Role.INSPECTOR.value)
    )
    rows = sorted(session.execute(query), key=lambda row: (len(row[1]), [-ord(c) for c in row[1]]))
    return {user: path for user, path in rows}


def _health(
    device: Device,
    faults: Sequence[DeviceFault],
    knocks: Sequence[TurnedAway],
    head: int,
    newest: Mapping[str, str],
    expected: bool,
    silent: float,
    now: str,
) -> Health:
    told = orjson.loads(device.reported)
    since = device.last_seen_at or device.enrolled_at
    days = clock.seconds_between(since, now) / 86400
    counts = [told.get(name) for name in ("ops", "photos", "drafts")]
    forms = dict(told.get("forms") or {})
    waits = sum(count or 0 for count in counts[:2])
    out = device.revoked_at is not None
    numbers = counter.read(device.counter)
    tests = {
        Obstacle.SILENT: days > silent and (expected or waits > 0),
        Obstacle.REFUSED: bool(waits and faults and faults[0].at >= since),
        Obstacle.MISMATCH: device.digest_mismatches > 0,
        Obstacle.CLOCK: abs(device.clock_offset or 0) > CLOCK_LIMIT,
        Obstacle.OLD_FORM: any(newest.get(form, v) != v for form, v in forms.items()),
        Obstacle.UNSENT: waits > 0,
        Obstacle.MISSING: bool(numbers.gaps),
        Obstacle.COUNTER: _lately(numbers.back_at, now),
        Obstacle.NEVER: device.last_seen_at is None,
    }
    return Health(
        device, counts[0], counts[1], counts[2], forms,
        None if device.pulled_position is None else max(0, head - device.pulled_position),
        expected, faults, knocks, numbers,
        () if out else tuple(each for each in Obstacle if tests[each]),
    )  # fmt: skip


def _lately(at: str | None, now: str) -> bool:
    return at is not None and clock.after(at, days=LATELY_DAYS) > now


def knocked_lately(health: Health) -> bool:
    """Whether it still tries, though it was shut out."""
    return bool(health.knocks) and _lately(health.knocks[0].last_at, clock.now())
