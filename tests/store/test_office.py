"""The hours at which phones send: kept in order, one record that everybody pulls."""

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import feed, office
from store.audit import AuditEntry
from store.db import begin_write
from store.office import BadHours
from store.records import Record

TZ = "Asia/Shanghai"
BY = "0193a5c2-7a10-7c3e-8f21-5d0b6a4e9c01"


def record(session: Session) -> Record:
    return session.scalars(select(Record).where(Record.type == "office")).one()


@pytest.fixture
def founded(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        office.found(session, TZ)
        session.commit()
    return sessions


def test_the_record_is_there_from_the_first_day_with_no_hours(
    founded: sessionmaker[Session],
) -> None:
    with founded() as session:
        row = record(session)
        assert (row.id, row.unit, row.area, row.version) == (office.record_id(), "common", "", 1)
        assert orjson.loads(row.doc) == {"sync_hours": [], "tz": TZ}
        assert office.hours(session) == []


def test_founding_again_changes_nothing_but_another_zone(founded: sessionmaker[Session]) -> None:
    with founded() as session:
        begin_write(session)
        office.set_hours(session, ["12:30"], TZ, BY)
        office.found(session, TZ)
        assert record(session).version == 2
        office.found(session, "Asia/Urumqi")
        assert record(session).version == 3
        told = orjson.loads(record(session).doc)
        assert told == {"sync_hours": ["12:30"], "tz": "Asia/Urumqi"}


def test_a_change_moves_the_record_to_a_new_place_and_is_remembered(
    founded: sessionmaker[Session],
) -> None:
    with founded() as session:
        begin_write(session)
        before = record(session).seq
        assert office.set_hours(session, ["06:00", "12:30", "18:30"], TZ, BY) is True
        assert record(session).seq == feed.head(session) > before
        assert office.hours(session) == ["06:00", "12:30", "18:30"]
        [act] = session.scalars(select(AuditEntry).where(AuditEntry.act == "sync_hours_set"))
        assert (act.who, orjson.loads(act.detail)) == (BY, {"hours": "06:00 12:30 18:30"})


def test_the_same_hours_again_are_no_change(founded: sessionmaker[Session]) -> None:
    with founded() as session:
        begin_write(session)
        office.set_hours(session, ["12:30"], TZ, BY)
        head = feed.head(session)
        assert office.set_hours(session, ["12:30"], TZ, BY) is False
        assert feed.head(session) == head


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (["7:30"], "format"),
        (["24:00"], "format"),
        (["12:60"], "format"),
        (["１２:30"], "format"),
        (["12:30\n"], "format"),
        (["12:30", "12:30"], "twice"),
        (["18:30", "12:30"], "order"),
        ([f"{hour:02}:00" for hour in range(13)], "many"),
    ],
)
def test_hours_that_no_phone_could_keep(
    founded: sessionmaker[Session], wanted: list[str], fault: str
) -> None:
    with founded() as session:
        begin_write(session)
        with pytest.raises(BadHours) as told:
            office.set_hours(session, wanted, TZ, BY)
        assert told.value.fields == {"hours": fault}
        assert office.hours(session) == []


def test_an_installation_from_before_this_record_gets_it(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        assert office.hours(session) == []
        office.set_hours(session, ["12:30"], TZ, BY)
        assert office.hours(session) == ["12:30"]
