"""What the office tells every phone: at which hours phones send by themselves.

One record that everybody pulls. Its id is derived from an area's code, today the empty one:
an office for each area will be further records of the same kind.
"""

import re
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, clock, feed, ids
from store.errors import Invalid
from store.records import COMMON, Record, RecordType

MOST = 12
_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


class BadHours(Invalid):
    """Hours that no phone could keep; `fields.hours` says which fault it is."""


def record_id(area: str = "") -> str:
    return ids.derived("office", area)


def hours(session: Session) -> list[str]:
    """The hours in force, `HH:MM` by the office's clock, in order; [] where none are set."""
    text = session.execute(select(Record.doc).where(Record.id == record_id())).scalar_one_or_none()
    return list(orjson.loads(text)["sync_hours"]) if text else []


def found(session: Session, tz: str) -> None:
    """The record exists and speaks of the office's present zone; harmless when repeated."""
    record = _locked(session)
    known = orjson.loads(record.doc) if record else {"sync_hours": []}
    if known.get("tz") != tz:
        _write(session, record, known | {"tz": tz})


def set_hours(session: Session, wanted: Sequence[str], tz: str, by: str) -> bool:
    """Whether anything changed. Raises BadHours."""
    check(wanted)
    record = _locked(session)
    doc = {"sync_hours": list(wanted), "tz": tz}
    if record and orjson.loads(record.doc) == doc:
        return False
    audit.write(session, by, "sync_hours_set", "office", hours=" ".join(wanted))
    _write(session, record, doc)
    return True


def check(wanted: Sequence[str]) -> None:
    """Raises BadHours."""
    strange = [hour for hour in wanted if not _HOUR.fullmatch(hour)]
    if strange:
        raise BadHours("an hour is written HH:MM, 00:00 to 23:59").with_fields({"hours": "format"})
    if len(set(wanted)) < len(wanted):
        raise BadHours("an hour stands twice").with_fields({"hours": "twice"})
    if len(wanted) > MOST:
        raise BadHours(f"at most {MOST} hours a day").with_fields({"hours": "many"})
    if list(wanted) != sorted(wanted):
        raise BadHours("hours stand in the order of the day").with_fields({"hours": "order"})


def _locked(session: Session) -> Record | None:
    query = select(Record).where(Record.id == record_id()).with_for_update()
    return session.execute(query).scalar_one_or_none()


def _write(session: Session, record: Record | None, doc: dict[str, Any]) -> None:
    """The feed counter is taken last, as everywhere."""
    seq = feed.take(session)
    if record is None:
        record = Record(
            id=record_id(), type=RecordType.OFFICE.value, unit=COMMON, area="", version=0, fver="{}"
        )
        session.add(record)
    record.version += 1
    record.seq, record.doc, record.received_at = seq, orjson.dumps(doc).decode(), clock.now()
    session.flush()
