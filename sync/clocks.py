"""Device clocks: shown and checked, never compared for precedence."""

from store import clock
from sync.wire import Op

CLOCK_LIMIT = 300.0
"""Seconds beyond which a device's clock is corrected and flagged."""


def offset(sent_at: str, now: str) -> float | None:
    """Seconds the server is ahead of the device; None when the device's time cannot be read."""
    try:
        return clock.seconds_between(clock.text(clock.parse(sent_at)), now)
    except (ValueError, OverflowError):
        return None


def raw(op: Op) -> str:
    """The device's own time, uncorrected, in UTC; as it came where it cannot be read."""
    try:
        return clock.text(clock.parse(op.at))
    except (ValueError, OverflowError):
        return op.at[:24]


def jumped(op: Op, sent_at: str, uptime: float | None) -> bool:
    """Whether the phone's clock was set between the edit and its sending.

    Uptime only grows until the phone is switched off, so both spans must be the same.
    """
    if uptime is None or op.uptime is None or uptime < op.uptime:
        return False
    try:
        span = clock.seconds_between(clock.text(clock.parse(op.at)), sent_at)
    except (ValueError, OverflowError):
        return False
    return abs(span - (uptime - op.uptime)) > CLOCK_LIMIT


def captured(op: Op, offset: float | None, now: str) -> tuple[str, bool]:
    """(when the visit was, by the server's clock; whether the device's clock was off)."""
    try:
        moment = clock.text(clock.parse(op.at))
    except (ValueError, OverflowError):
        return now, True
    if offset is None or abs(offset) <= CLOCK_LIMIT:
        return moment, False
    try:
        return clock.after(moment, seconds=offset), True
    except (ValueError, OverflowError):
        return now, True
