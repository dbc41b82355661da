"""Moments as the office's clock on the wall says them."""

from server.services import services
from store import clock


def local_time(moment: str | None, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """A moment in the office's zone; "" for none, the text itself where it is no time."""
    if not moment:
        return ""
    try:
        return clock.local_text(moment, services().settings.tz, pattern)
    except (ValueError, OverflowError):
        return moment
