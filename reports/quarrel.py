"""One conflict read whole: both sides beside each other, each with what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.disputes import Dispute, Value, dispute
from reports.wording import Wording
from store.accounts import Device, User
from store.conflicts import Conflict
from store.errors import NotFound
from store.media import Attachment, Blob
from store.records import OpResult, Record, RecordType, Revision
from store.seal import Keyring
from sync import scope, settle
from sync.scope import Who
from verify import history
from verify.reading import household_codes

PHOTOS = 8
"""Of one visit, at most: enough to look at beside a value."""


@dataclass(frozen=True, slots=True)
class Picture:
    sha256: str
    role: str
    stored: bool


@dataclass(frozen=True, slots=True)
class Side:
    """Whose word a value is, and what it rests on. None where the history does not reach."""

    values: list[Value]
    by: User | None = None
    device: Device | None = None
    op: str | None = None
    at: str | None = None
    """When it was asked, by the server's clock where the phone's was off."""
    received_at: str | None = None
    form: str | None = None
    form_v: str | None = None
    visit: str | None = None
    fix: dict[str, Any] | None = None
    flags: list[str] = field(default_factory=list)
    photos: list[Picture] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Quarrel:
    """The conflict; `others` are further values that wait on the same path."""

    dispute: Dispute
    base: list[Value]
    standing: Side
    waiting: Side
    others: list[Conflict]
    authors: set[str]
    mark: str
    settled_by: User | None

    @property
    def open(self) -> bool:
        return self.dispute.row.state == "open"


def quarrel(session: Session, keys: Keyring, who: Who, ident: str) -> Quarrel:
    """Raises NotFound outside the reader's scope."""
    query = (
        select(Conflict, Record, User.name)
        .join(Record, Record.id == Conflict.rec)
        .join(User, User.id == Conflict.user_id)
        .where(Conflict.id == ident, Conflict.unit.in_(scope.units(who)))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("there is no such conflict, or none in your area")
    row, record, name = found
    codes = household_codes(session, [row.unit])
    sent = history.sent_by(session, {record.id})[record.id]
    told = dispute(keys, Wording(session), codes, sent, row, record, name)
    open_ = settle.joined(session, row) if row.state == "open" else [row]
    return Quarrel(
        dispute=told,
        base=told.base,
        standing=_side(session, row.rec, row.standing_op, told.standing),
        waiting=_side(session, row.rec, row.op, told.waiting),
        others=[each for each in open_ if each.id != row.id],
        authors=settle.authors(session, open_),
        mark=settle.mark(record.version, open_),
        settled_by=session.get(User, row.settled_by) if row.settled_by else None,
    )


def _side(session: Session, rec: str, op: str | None, values: list[Value]) -> Side:
    query = select(Revision).where(Revision.rec == rec, Revision.op == op)
    revision = session.scalars(query).first() if op else None
    if revision is None:
        return Side(values)
    visit = _visit(session, revision)
    return Side(
        values=values,
        by=session.get(User, revision.user_id),
        device=session.get(Device, revision.origin),
        op=op,
        at=revision.at,
        received_at=revision.received_at,
        form=visit.form if visit else None,
        form_v=revision.form_v,
        visit=visit.id if visit else None,
        fix=orjson.loads(revision.fix),
        flags=orjson.loads(revision.flags),
        photos=list(_photos(session, visit.id)) if visit else [],
    )


def _visit(session: Session, revision: Revision) -> Record | None:
    """The submission that the op belonged to."""
    told = session.get(OpResult, (revision.origin, revision.op))
    record = session.get(Record, told.rec) if told else None
    return record if record and record.type == RecordType.SUBMISSION.value else None


def _photos(session: Session, rec: str) -> Iterable[Picture]:
    query = (
        select(Attachment.sha256, Attachment.role, Blob.state)
        .outerjoin(Blob, Blob.sha256 == Attachment.sha256)
        .where(Attachment.rec == rec, Attachment.current)
        .order_by(Attachment.path)
        .limit(PHOTOS)
    )
    for sha256, role, state in session.execute(query):
        yield Picture(sha256, role, state == "stored")
