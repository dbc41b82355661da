"""What the phone shows beside each visit: true, per visit, in the words of the person's work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from devices.drafts import Drafts
from devices.mediaqueue import MediaQueue
from devices.mirror import Mirror, Mirrored
from devices.outbox import Outbox, Receipt


class VisitState(Enum):
    UNKNOWN = "unknown"  # this phone knows no such visit
    DRAFT = "draft"  # being filled in
    WAITING = "waiting"  # finished; the text waits for the network
    SENDING = "sending"  # the text is there; photos are on their way
    RECEIVED = "received"  # the server has text and photos
    RETURNED = "returned"  # sent back, with a reason and comments
    APPROVED = "approved"  # accepted by a supervisor
    WITH_OFFICE = "with_office"  # the server keeps it aside; a person there decides
    REFUSED = "refused"  # the server cannot read it; export it or ask for help


@dataclass(frozen=True)
class VisitStatus:
    state: VisitState
    photos_sent: int = 0
    photos: int = 0
    reason: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Mapping[str, Any], ...] = ()

    def __str__(self) -> str:
        if self.state is VisitState.SENDING:
            return f"sending {self.photos_sent}/{self.photos}"
        return str(self.state.value)


def status_of(
    rec: str, drafts: Drafts, outbox: Outbox, media: MediaQueue, mirror: Mirror
) -> VisitStatus:
    told, receipt = mirror.about("status", rec), outbox.last(rec)
    sent, photos = media.progress(rec)
    facts = told.doc if told is not None else {}
    return VisitStatus(
        _state(rec, drafts, outbox, told, receipt, sent < photos),
        sent,
        photos,
        facts.get("reason") or "",
        facts.get("comments") or {},
        tuple(facts.get("findings") or ()),
    )


def _state(
    rec: str,
    drafts: Drafts,
    outbox: Outbox,
    told: Mirrored | None,
    receipt: Receipt | None,
    photos_wait: bool,
) -> VisitState:
    draft = drafts.get(rec)
    if draft is not None and draft.open:
        return VisitState.DRAFT
    if outbox.pending(rec):
        return VisitState.WAITING
    if receipt is not None and receipt.result["result"] == "refused":
        return VisitState.REFUSED
    if receipt is not None and receipt.result["result"] == "quarantined":
        return VisitState.WITH_OFFICE
    if photos_wait:
        return VisitState.SENDING
    if told is None or _older(told, receipt):
        known = receipt is not None or told is not None or draft is not None
        return VisitState.RECEIVED if known else VisitState.UNKNOWN
    return VisitState(told.doc["state"])


def _older(told: Mirrored, receipt: Receipt | None) -> bool:
    """The status speaks of a version before our last edit: its verdict is about the old text."""
    if receipt is None or receipt.v is None:
        return False
    return int(told.doc.get("v") or 0) < receipt.v
