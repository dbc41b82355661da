"""A phone's own idea of time: a wall clock that may be wrong and an uptime that only grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo


@dataclass
class Journey:
    """True time, real until somebody travels: a demo lives days in seconds."""

    moment: float | None = None

    def __call__(self) -> float:
        return time.time() if self.moment is None else self.moment

    def go_to(self, moment: float) -> None:
        self.moment = moment

    def wait(self, seconds: float) -> None:
        self.moment = self() + seconds

    def come_home(self) -> None:
        self.moment = None


@dataclass
class DeviceClock:
    """The wall clock is off by `offset` seconds and gains `drift` seconds a second; uptime
    counts from the last boot and knows nothing of either."""

    true_time: Callable[[], float] = time.time
    offset: float = 0.0
    drift: float = 0.0
    booted: float = field(default=-1.0)
    set_at: float = field(default=-1.0)

    def __post_init__(self) -> None:
        now = self.true_time()
        self.booted = now if self.booted < 0 else self.booted
        self.set_at = now if self.set_at < 0 else self.set_at

    def now(self) -> float:
        true = self.true_time()
        return true + self.offset + self.drift * (true - self.set_at)

    def uptime(self) -> float:
        return max(0.0, self.true_time() - self.booted)

    def boot(self) -> None:
        self.booted = self.true_time()

    def set_year(self, year: int) -> None:
        """What a phone does whose battery was out: it wakes up in another year."""
        today = datetime.fromtimestamp(self.true_time(), UTC)
        day = min(today.day, 28)  # 29 February has no place in most years
        self.offset = (today.replace(year=year, day=day) - today).total_seconds()
        self.set_at = self.true_time()

    def iso(self) -> str:
        return iso(self.now())

    def local(self, zone: tzinfo) -> datetime:
        return datetime.fromtimestamp(self.now(), zone)


def iso(moment: float) -> str:
    """`2026-03-04T02:20:30.250Z`: UTC, milliseconds."""
    at = datetime.fromtimestamp(moment, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
