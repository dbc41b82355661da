"""After an area's hour and its grace: which phones were expected, and which did not come."""

from collections.abc import Iterable

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write
from reports import phones
from store import clock, hours
from store.accounts import Device, User
from store.db import begin_snapshot, upsert
from store.hours import Hours, SyncRound


def prepare(context: Context, work: Work) -> Write:
    """`subject` is the area, `version` the hour as a moment."""
    area, due = work.subject, work.version
    with context.sessions() as session:
        begin_snapshot(session)
        day = clock.local_day(due, context.tz).isoformat()
        expected = list(_expected(session, hours.in_force(session, day), area, due))
    missed = sorted(d.id for d in expected if not d.last_seen_at or d.last_seen_at < due)

    def write(session: Session) -> None:
        statement = upsert(session, SyncRound).values(
            area=area,
            due_at=due,
            expected=len(expected),
            missed=orjson.dumps(missed).decode(),
            looked_at=clock.now(),
        )
        session.execute(statement.on_conflict_do_nothing())

    return write


def _expected(session: Session, known: list[Hours], area: str, due: str) -> Iterable[Device]:
    """Phones in use whose person works where these hours are the nearest ones."""
    query = (
        select(Device)
        .join(User, User.id == Device.user_id)
        .where(Device.kind == "phone", Device.revoked_at.is_(None), User.disabled_at.is_(None))
        .where(Device.enrolled_at < due)
        .order_by(Device.id)
    )
    found = list(session.scalars(query))
    homes = phones.homes(session, [device.user_id for device in found])
    for device in found:
        own = hours.nearest(known, homes.get(device.user_id, ""))
        if own is not None and own.area == area:
            yield device
