"""Photos that have not arrived: asked for once they are overdue, forgotten when they come.

`pipeline.on_complete` ends the finding: its family `late` then finds nothing.
"""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import clock, parameters, status
from store.findings import Finding
from store.media import Attachment, Blob
from store.records import Record, RecordType, Revision
from verify import keep
from verify.finding import Found

FAMILY, RULE = "late", "P-LATE"
DAYS = 7.0
MOST = 500
"""Visits looked at in one round; the next round finds the rest."""


def overdue(session: Session, now: str) -> list[str]:
    """Visits whose photos are missing for longer than `photo_overdue_days`, not asked for yet."""
    days = float(parameters.as_of(session, now[:10]).get("photo_overdue_days", DAYS))
    asked = select(Finding.rec).where(Finding.rule == RULE, Finding.state == "open")
    query = (
        select(Record.id)
        .join(Attachment, Attachment.rec == Record.id)
        .join(Blob, Blob.sha256 == Attachment.sha256)
        .join(Revision, Revision.rec == Record.id)
        .where(Blob.state != "stored", Attachment.current)
        .where(Record.type == RecordType.SUBMISSION.value, Record.deleted.is_(False))
        .where(Record.id.not_in(asked))
        .group_by(Record.id)
        .having(func.max(Revision.received_at) < clock.after(now, days=-days))
        .order_by(Record.id)
        .limit(MOST)
    )
    return list(session.scalars(query))


def write(session: Session, recs: Collection[str], now: str) -> list[str]:
    """Ask for the photos that are still missing, in the caller's writing transaction.

    Answers the visits that were asked for; again changes nothing.
    """
    held = status.lock(session, recs)
    counts = status.photo_counts(session, [row.id for row in held])
    late = [row for row in held if counts[row.id][0] < counts[row.id][1]]
    found = {row.id: _late(*counts[row.id], row.received_at or now, now) for row in late}
    keep.findings(session, [(row.id, row.version, FAMILY, [found[row.id]]) for row in late])
    status.refresh(session, [row.id for row in late])
    return [row.id for row in late]


def _late(have: int, expected: int, received: str, now: str) -> Found:
    missing, days = expected - have, int(clock.seconds_between(received, now) // 86400)
    return Found(
        RULE,
        0.1,
        f"待核实：收到走访已 {days} 天，{expected} 张照片中还有 {missing} 张照片还没有到，"
        "请让手机联网上传",
        f"To be checked: {missing} of {expected} photos have not arrived yet, {days} days after "
        "the visit; please bring the phone to a network",
        "",
        {"missing": missing, "expected": expected, "days": days},
    )
