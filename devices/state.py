"""What a phone says of itself, so that its office sees that it is stuck before its person does."""

from __future__ import annotations

from typing import Any

from devices.mediaqueue import MediaQueue
from devices.outbox import Outbox
from devices.store import Store, loads

HOUR = 3600.0
"""Seconds between two reports without a push."""


def told_state(
    store: Store, outbox: Outbox, media: MediaQueue, app: str, sending: int
) -> dict[str, Any]:
    """Counts of what waits once `sending` ops, the oldest, are through."""
    drafts = store.row("SELECT count(*) AS c FROM drafts WHERE open = 1")
    oldest = store.row(
        "SELECT body FROM ops WHERE state = 'pending' ORDER BY n LIMIT 1 OFFSET ?", sending
    )
    return {
        "ops": max(0, outbox.pending() - sending),
        "photos": len(media.waiting()),
        "drafts": int(drafts["c"]) if drafts else 0,
        "oldest_at": loads(oldest["body"])["at"] if oldest else None,
        "app": app,
        "forms": _forms(store),
    }


def said(store: Store, state: dict[str, Any]) -> dict[str, Any]:
    """The state as it goes out, and a note of whether it said that something waits."""
    store.put("said_waiting", "1" if state["ops"] or state["photos"] else None)
    return state


def is_due(store: Store, uptime: float, settled: bool) -> bool:
    """Whether to speak without a push. What was told as waiting and has gone through is told at
    once: the office would take the phone for stuck."""
    since = uptime - float(store.get("reported") or -HOUR)
    is_relief = settled and store.get("said_waiting") is not None
    return is_relief or not 0 <= since < HOUR


def _forms(store: Store) -> dict[str, str]:
    """{form: the newest version that can be filled in here}."""
    rows = store.rows("SELECT form, max(version) AS version FROM forms GROUP BY form")
    return {row["form"]: row["version"] for row in rows}
