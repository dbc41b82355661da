"""Work that follows: counts, what waits, what gave up and runs again."""

import pytest
from sqlalchemy import select

from store import clock, outbox
from store.db import begin_write
from store.outbox import Kind, OutboxRow
from tests.kit.doors import Doors
from tests.server.admin.pages import acts, rows


def dead(doors: Doors, subject: str, kind: Kind = Kind.VISIT_ACCEPTED, error: str = "boom") -> int:
    """This subject's work, after it failed for the last time."""
    with doors.sessions() as session:
        begin_write(session)
        outbox.put(session, kind, subject, "dead")
        query = select(OutboxRow).where(OutboxRow.subject == subject, OutboxRow.version == "dead")
        row = session.scalars(query).one()
        outbox.fail(session, row.id, error, None)
        session.commit()
        return row.id


def row_of(doors: Doors, ident: int) -> OutboxRow:
    with doors.sessions() as session:
        return session.get_one(OutboxRow, ident)


def test_work_is_counted_by_kind_and_state(doors: Doors) -> None:
    rec = doors.visit()
    dead(doors, rec)
    with doors.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.HOUSEKEEPING, "x", 1, due_at=clock.after(clock.now(), hours=1))
        session.commit()
    table = rows(doors.browser("ivan").get("/jobs").text)
    [accepted] = [row for row in table if "visit.accepted" in row]
    assert accepted.split()[2] == "1" and accepted.split()[-2] == "1"
    [keeping] = [row for row in table if "house.keeping" in row]
    assert keeping.split()[2:] == ["0", "—", "1", "0", "0", "0", "—"]


def test_work_that_waits_since_long_is_seen(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        since = clock.after(clock.now(), hours=-5)
        outbox.put(session, Kind.PHOTO_STORED, "ab" * 32, 1, due_at=since)
        session.commit()
    table = rows(doors.browser("ivan").get("/jobs").text)
    assert "5 小时" in next(row for row in table if "photo.stored" in row)


def test_what_work_cost_stands_beside_what_it_may_cost(doors: Doors) -> None:
    doors.visit()
    with doors.sessions() as session:
        begin_write(session)
        query = select(OutboxRow.id).where(OutboxRow.kind == Kind.VISIT_ACCEPTED.value)
        done = list(session.scalars(query))
        assert outbox.close(session, done)
        outbox.took(session, done, 2500.0)
        session.commit()
    [accepted] = [r for r in rows(doors.browser("ivan").get("/jobs").text) if "visit.accepted" in r]
    assert "2.5 / 2.5 秒 · 2 慢" in accepted


def test_a_backup_of_an_hour_is_not_called_slow(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.BACKUP, "folder", 1)
        done = list(session.scalars(select(OutboxRow.id).where(OutboxRow.subject == "folder")))
        assert outbox.close(session, done)
        outbox.took(session, done, 3_600_000.0)
        session.commit()
    [backup] = [r for r in rows(doors.browser("ivan").get("/jobs").text) if "server.backup" in r]
    assert "3600 / 3600 秒 · 21600" in backup and "慢" not in backup


def test_dead_work_runs_again_from_its_first_try(doors: Doors) -> None:
    ident = dead(doors, doors.visit())
    cora = doors.browser("cora")
    assert f'action="/jobs/{ident}/again"' in cora.get("/jobs").text
    answer = cora.post(f"/jobs/{ident}/again")
    assert answer.status_code == 302 and answer.headers["Location"] == "/jobs"
    row = row_of(doors, ident)
    assert (row.state, row.attempts, row.lease_until) == ("pending", 0, None)
    with doors.sessions() as session:
        begin_write(session)
        due = outbox.claim(session, 50, clock.after(clock.now(), minutes=1))
        assert ident in [each.id for each in due]
    [act] = acts(doors.sessions, "work_rerun")
    assert act.subject == row.subject and act.who == doors.cast.users["cora"]


def test_run_again_twice_is_not_found_the_second_time(doors: Doors) -> None:
    ident = dead(doors, doors.visit())
    cora = doors.browser("cora")
    assert [cora.post(f"/jobs/{ident}/again").status_code for _ in range(2)] == [302, 404]
    assert len(acts(doors.sessions, "work_rerun")) == 1


@pytest.mark.parametrize("name", ["dora", "vera", "ivan", "alice"])
def test_who_may_only_look_runs_nothing_again(doors: Doors, name: str) -> None:
    ident = dead(doors, doors.visit())
    browser = doors.browser(name)
    assert browser.post(f"/jobs/{ident}/again").status_code == 403
    assert "/again" not in browser.get("/jobs").text
    assert row_of(doors, ident).state == "dead"


def test_dead_work_of_other_areas_is_not_listed(doors: Doors) -> None:
    mine, other = doors.visit("alice"), doors.visit("charlie", doors.cast.other_unit)
    for rec in (mine, other):
        dead(doors, rec)
    page = doors.browser("vera").get("/jobs").text
    assert mine in page and other not in page
    both = doors.browser("dora").get("/jobs").text
    assert mine in both and other in both


def test_work_about_nobodys_household_is_for_those_who_mend_the_server(doors: Doors) -> None:
    dead(doors, "tidying", Kind.HOUSEKEEPING)
    assert "tidying" not in doors.browser("dora").get("/jobs").text
    assert "tidying" in doors.browser("cora").get("/jobs").text


def test_work_that_is_not_there_or_not_dead_is_not_found(doors: Doors) -> None:
    doors.visit()
    with doors.sessions() as session:
        alive = session.scalars(select(OutboxRow.id)).first()
    for ident in (alive, 999999):
        assert doors.browser("ada").post(f"/jobs/{ident}/again").status_code == 404


def test_an_error_that_quotes_an_id_number_is_starred(doors: Doors) -> None:
    dead(doors, doors.visit(), error="no row for 99990119800101001X")
    page = doors.browser("ada").get("/jobs").text
    assert "99990119800101001X" not in page and "no row for ***" in page
