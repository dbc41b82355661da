"""Push and pull as verbs: what a test says in one line, without a server in between."""

from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from store import clock, feed, ids
from store.accounts import Grant
from store.areas import Area
from store.db import begin_snapshot, begin_write
from store.records import Record
from store.units import Assignment, UnitPlace
from sync.pull import Page, pull
from sync.push import push
from tests.kit import ops
from tests.kit.cast import Cast

Sessions = sessionmaker[Session]


def send(
    sessions: Sessions, cast: Cast, name: str, *lines: dict[str, Any], office: bool = False
) -> Any:
    """The answer's lines."""
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, name, office)
        answer = push(session, cast.keys, who, ops.batch(who.device, *lines), clock.now())
        session.commit()
        return answer.results


def fetch(
    sessions: Sessions, cast: Cast, name: str, cursor: str | None = None, limit: int = 500
) -> Page:
    with sessions() as session:
        begin_snapshot(session)
        return pull(session, cast.keys, cast.who(session, name), cursor, limit)


def down(page: Page) -> list[dict[str, Any]]:
    """The page's records."""
    return [orjson.loads(record) for record in page.records]


def ids_of(page: Page) -> set[str]:
    return {record["id"] for record in down(page)}


def types_of(page: Page) -> set[str]:
    return {record["type"] for record in down(page)}


def record(sessions: Sessions, rec: str) -> dict[str, Any]:
    """The record's document."""
    with sessions() as session:
        return dict(orjson.loads(session.get_one(Record, rec).doc))


def row(sessions: Sessions, rec: str) -> Record:
    with sessions() as session:
        return session.get_one(Record, rec)


def count(sessions: Sessions, table: Any) -> int:
    with sessions() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def pair(sessions: Sessions, cast: Cast, unit: str, name: str | None) -> None:
    """End the household's pairing and start one with `name`, as the office does."""
    with sessions() as session:
        begin_write(session)
        seq = feed.take(session, 2)
        open_ = select(Assignment).where(Assignment.unit == unit, Assignment.ended_seq.is_(None))
        for assignment in session.scalars(open_):
            assignment.ended_seq, assignment.ended_at = seq, clock.now()
        if name:
            made = Assignment(user_id=cast.users[name], unit=unit, started_at=clock.now())
            made.started_seq = seq + 1
            session.add(made)
        session.commit()


def move(sessions: Sessions, unit: str, area: str) -> None:
    """Put a household elsewhere in the area tree."""
    with sessions() as session:
        begin_write(session)
        seq = feed.take(session, 2)
        open_ = select(UnitPlace).where(UnitPlace.unit == unit, UnitPlace.ended_seq.is_(None))
        session.scalars(open_).one().ended_seq = seq
        path = session.get_one(Area, area).path
        session.add(UnitPlace(unit=unit, area=area, area_path=path, started_seq=seq + 1))
        session.commit()


def take_role(sessions: Sessions, cast: Cast, name: str) -> None:
    """End everything this person was given."""
    with sessions() as session:
        begin_write(session)
        seq = feed.take(session)
        mine = select(Grant).where(Grant.user_id == cast.users[name], Grant.ended_seq.is_(None))
        for grant in session.scalars(mine):
            grant.ended_seq, grant.ended_at = seq, clock.now()
        session.commit()


def give_role(sessions: Sessions, cast: Cast, name: str, role: str, area: str) -> None:
    with sessions() as session:
        begin_write(session)
        grant = Grant(id=ids.new(), user_id=cast.users[name], role=role, area=area)
        grant.started_seq, grant.started_at = feed.take(session), clock.now()
        session.add(grant)
        session.commit()
