"""When this phone sends by itself: at its office's hours, and never before the server's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from datetime import time as daytime
from typing import Any
from zoneinfo import ZoneInfo

from devices.mirror import Mirrored


def nearest(records: Iterable[Mirrored]) -> Mapping[str, Any] | None:
    """The `office` record of the nearest area; the common one counts last."""
    docs = [record.doc for record in records if record.doc.get("sync_hours")]
    return max(docs, key=lambda doc: (len(str(doc.get("path", ""))), str(doc)), default=None)


def due(doc: Mapping[str, Any] | None, last: float, now: float) -> bool:
    """Whether one of the hours has struck since `last` (Unix times, by the phone's clock)."""
    return doc is not None and any(last < moment <= now for moment in _struck(doc, last, now))


def following(doc: Mapping[str, Any], now: float) -> float:
    """The next hour after `now`."""
    return min(moment for moment in _struck(doc, now, now + 2 * 86400) if moment > now)


def _struck(doc: Mapping[str, Any], since: float, until: float) -> list[float]:
    zone = ZoneInfo(doc["tz"])
    day = datetime.fromtimestamp(max(since, until - 2 * 86400), UTC).astimezone(zone).date()
    last = datetime.fromtimestamp(until, UTC).astimezone(zone).date()
    moments = []
    while day <= last:
        for hour in doc["sync_hours"]:
            moment = datetime.combine(day, daytime.fromisoformat(hour), zone)
            moments.append(moment.timestamp())
        day += timedelta(days=1)
    return moments
