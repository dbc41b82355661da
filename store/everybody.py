"""Records that are nobody's own: published forms for everybody, an area's hours for its phones."""

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock, digest, feed
from store.records import COMMON, Record, RecordType


def put(
    session: Session,
    kind: RecordType,
    ident: str,
    doc: dict[str, Any] | None,
    unit: str = COMMON,
    area: str = "",
) -> bool:
    """Whether the document is another than before: then at a new place in the feed, with the
    unit's digest. None takes the record away."""
    query = select(Record).where(Record.id == ident).with_for_update()
    record = session.execute(query).scalar_one_or_none()
    standing = orjson.loads(record.doc) if record is not None and not record.deleted else None
    if standing == doc:
        return False
    seq = feed.take(session)
    if record is None:
        record = Record(id=ident, type=kind.value, unit=unit, area=area, version=0, fver="{}")
        session.add(record)
    before = record.version if standing is not None else 0
    record.version += 1
    record.seq, record.received_at, record.deleted = seq, clock.now(), doc is None
    record.doc = orjson.dumps(doc or {}).decode()
    session.flush()
    _tally(session, record, before)
    return True


def _tally(session: Session, record: Record, before: int) -> None:
    """`before`: the version at which it was there; 0 where it was not."""
    tally = digest.Tally()
    part = digest.part_of(record.type, record.unit, None, False)
    if not record.deleted:
        tally.moved(part, record.id, before, record.version)
    elif before:
        tally.add(part, record.id, before, -1)
    tally.write(session)
