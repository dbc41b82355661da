"""The households of a township, each with its village, and their visits of a year."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock
from store.areas import Area
from store.bulk import parts
from store.errors import NotFound
from store.records import Record, RecordType, is_a
from store.units import UnitPlace
from verify.across import villages

DAYS = 365
"""How far back an answer still speaks of today."""


def homes(session: Session, township: str) -> dict[str, str]:
    """{household: code of its village} of all that stand in an area today. Raises NotFound."""
    area = session.get(Area, township)
    if area is None:
        raise NotFound(f"there is no area {township}")
    query = select(UnitPlace.unit, UnitPlace.area_path).where(
        UnitPlace.area_path.startswith(area.path, autoescape=True), UnitPlace.ended_seq.is_(None)
    )
    paths = {unit: path for unit, path in session.execute(query)}
    known = villages.villages(session, set(paths.values()))
    return {unit: known[path] for unit, path in sorted(paths.items())}


@dataclass(frozen=True, slots=True)
class Visit:
    """One reviewed submission, as far as checks over many ask."""

    unit: str
    rec: str
    at: str
    version: int
    doc: str


def visits(session: Session, units: Collection[str], asof: datetime) -> Iterator[Visit]:
    """The visits of the year before `asof`, of each household the newest first."""
    since, until = clock.text(asof - timedelta(days=DAYS)), clock.text(asof)
    for part in parts(units):
        query = (
            select(Record.unit, Record.id, Record.captured_at, Record.version, Record.doc)
            .where(Record.unit.in_(part), is_a(RecordType.SUBMISSION))
            .where(Record.state.is_not(None), Record.deleted.is_(False))
            .where(Record.captured_at > since, Record.captured_at <= until)
            .order_by(Record.captured_at.desc(), Record.id.desc())
        )
        for unit, rec, at, version, doc in session.execute(query):
            yield Visit(unit, rec, at or "", version, doc)
