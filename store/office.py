"""What the office tells every phone: at which hours phones send by themselves.

One record that everybody pulls. Its id is derived from an area's code, today the empty one:
an office for each area will be further records of the same kind.
"""

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from store import audit, everybody, ids
from store.errors import Invalid
from store.records import RecordType

MOST = 12
_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


class BadHours(Invalid):
    """Hours that no phone could keep; `fields.hours` says which fault it is."""


def record_id(area: str = "") -> str:
    return ids.derived("office", area)


def hours(session: Session) -> list[str]:
    """The hours in force, `HH:MM` by the office's clock, in order; [] where none are set."""
    known = everybody.read(session, record_id())
    return list(known["sync_hours"]) if known else []


def found(session: Session, tz: str) -> None:
    """The record exists and speaks of the office's present zone; harmless when repeated."""
    known = everybody.read(session, record_id()) or {"sync_hours": []}
    everybody.put(session, RecordType.OFFICE, record_id(), known | {"tz": tz})


def set_hours(session: Session, wanted: Sequence[str], tz: str, by: str) -> bool:
    """Whether anything changed. Raises BadHours."""
    check(wanted)
    doc = {"sync_hours": list(wanted), "tz": tz}
    if not everybody.put(session, RecordType.OFFICE, record_id(), doc):
        return False
    audit.write(session, by, "sync_hours_set", "office", hours=" ".join(wanted))
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
