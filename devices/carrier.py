"""Carrying what waits: photos one after the other, ops around one that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable

from devices.mediaqueue import MediaQueue
from devices.outbox import Outbox, Outgoing
from devices.tus import Refused, Tus
from devices.wire import Problem

FAULTY = re.compile(r"ops\[(\d+)\]")


def send_photos(
    media: MediaQueue, tus: Tus, epoch: Callable[[], str | None], now: Callable[[], float]
) -> int:
    """Send photos of finished visits; how many the server now has that it had not."""
    waiting = media.waiting()
    if not waiting:
        return 0
    stored, begun = tus.have([blob.sha256 for blob in waiting])
    for blob in waiting:
        if blob.sha256 not in stored:
            media.remember(blob.sha256, begun.get(blob.sha256))
    count = 0
    for blob in media.waiting():
        try:
            if blob.sha256 not in stored:
                tus.send(blob, media.read(blob.sha256))
            media.stored(blob.sha256, epoch(), now())
            count += 1
        except Refused as why:
            media.refused(blob.sha256, str(why))
    return count


def set_aside(outbox: Outbox, batch: list[Outgoing], told: Problem) -> bool:
    """One unreadable op must not hold up the rest."""
    if told.status != 422:
        return False
    places = {int(m[1]) for name in told.fields if (m := FAULTY.match(name))}
    for place in places:
        if place < len(batch):
            faults = [f"{k}: {v}" for k, v in told.fields.items() if f"[{place}]" in k]
            outbox.set_aside(batch[place].op, "; ".join(faults))
    return bool(places)
