"""Records that everybody pulls: published forms, the office's hours."""

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock, digest, feed
from store.records import COMMON, Record, RecordType


def read(session: Session, ident: str) -> dict[str, Any] | None:
    """The document as it stands."""
    text = session.execute(select(Record.doc).where(Record.id == ident)).scalar_one_or_none()
    return None if text is None else dict(orjson.loads(text))


def put(session: Session, kind: RecordType, ident: str, doc: dict[str, Any]) -> bool:
    """Whether the document is another than before: then at a new place in the feed."""
    query = select(Record).where(Record.id == ident).with_for_update()
    record = session.execute(query).scalar_one_or_none()
    if record is not None and orjson.loads(record.doc) == doc:
        return False
    seq = feed.take(session)
    if record is None:
        record = Record(id=ident, type=kind.value, unit=COMMON, area="", version=0, fver="{}")
        session.add(record)
    record.version += 1
    record.seq, record.doc, record.received_at = seq, orjson.dumps(doc).decode(), clock.now()
    session.flush()
    tally = digest.Tally()
    part = digest.part_of(record.type, COMMON, None, False)
    tally.moved(part, ident, record.version - 1, record.version)
    tally.write(session)
    return True
