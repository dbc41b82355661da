"""Where people of a village meet: a visit made there is away from the house, and fine.

A fix is at such a place when the visit says that it was a conference (purpose `study`) or nothing
but a meeting (the purposes that the dated figure `filled_elsewhere` names, for D11 as well), or
when at least three other people made visits within 60 m of it in the last 90 days. One person's
own visits count for nothing here: many households filled in at one desk are another check's matter.
"""

import math
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import clock
from store.records import Record, RecordType
from verify.geo import RADIUS, Point, distance
from verify.many.elsewhere import Elsewhere, is_meeting
from verify.reading import Visit

METRES, DAYS, PEOPLE = 60.0, 90.0, 3


def meetings(session: Session, visits: Collection[Visit]) -> frozenset[str]:
    """The visits whose fix is where people meet; asked of those that are away from the house."""
    return frozenset(v.id for v in visits if _meeting(v) or _several_meet(session, v))


def _meeting(visit: Visit) -> bool:
    return is_meeting(visit.doc.get("set", {}), Elsewhere.of(visit.figures))


def _several_meet(session: Session, visit: Visit) -> bool:
    if visit.fix is None:
        return False
    north = math.degrees(METRES / RADIUS)
    east = north / max(0.01, math.cos(math.radians(visit.fix.lat)))
    own = select(Record.area, Record.author).where(Record.id == visit.id)
    area, author = session.execute(own).one()
    now = clock.text(visit.visited_at)
    query = select(Record.author, Record.lat, Record.lon).where(
        Record.type == RecordType.SUBMISSION.value,
        Record.area == area,
        Record.unit != visit.unit,
        func.coalesce(Record.author, "") != (author or ""),
        Record.captured_at.between(clock.after(now, days=-DAYS), clock.after(now, days=1)),
        Record.lat.between(visit.fix.lat - north, visit.fix.lat + north),
        Record.lon.between(visit.fix.lon - east, visit.fix.lon + east),
    )
    people = {
        who for who, lat, lon in session.execute(query)
        if lat is not None and lon is not None
        and distance(visit.fix, Point(lat, lon)) <= METRES
    }  # fmt: skip
    return len(people) >= PEOPLE
