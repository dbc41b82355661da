"""A workbook is loaded whole, once, and sealed where it must be."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from devices.township import Township
from server.auth import passwords
from server.register.book import ImportInvalid
from server.register.entry import unit_id
from store import clock, ids
from store.accounts import Device, Grant, User
from store.areas import Area
from store.audit import AuditEntry
from store.db import begin_write
from store.records import Record
from store.units import Anchor, Assignment, UnitPlace
from sync import scope
from sync.push import push
from sync.scope import Who
from tests.kit import ops
from tests.register.conftest import (
    EAST,
    KEYS,
    SMALL,
    WEST,
    Change,
    Office,
    Sheets,
    changed,
    folder,
    xlsx,
)

Sessions = sessionmaker[Session]


def values(office: Office, code: str) -> dict[str, object]:
    return dict(orjson.loads(office.households()[code].doc)["set"])


def cell(sheet: str, row: int, field: str, value: str) -> Change:
    def change(sheets: Sheets) -> None:
        sheets[sheet][row][sheets[sheet][0].index(field)] = value

    return change


def test_the_demo_township_comes_in_whole(office: Office, workbook: Path, made: Township) -> None:
    loaded = office.load(workbook)
    assert loaded.counts == {
        "areas": len(made.areas),
        "staff": len(made.staff),
        "households": 60,
        "members": sum(len(h.members) for h in made.households),
        "pairings": 60,
    }
    assert set(office.households()) == {h.hh_code for h in made.households}
    with office.sessions() as session:
        assert len(session.scalars(select(Area)).all()) == len(made.areas)
        assert len(session.scalars(select(Assignment)).all()) == 60
        members = select(Record).where(Record.type == "member")
        assert len(session.scalars(members).all()) == loaded.counts["members"]
        anchors = session.scalars(select(Anchor)).all()
        assert {a.state for a in anchors} == {"approved"}
        assert len(anchors) == sum(h.anchored for h in made.households)
        stored = session.scalars(select(User.login)).all()
        assert set(stored) == {s.login for s in made.staff}
    first = made.households[0]
    told = values(office, first.hh_code)
    assert (told["head_name"], told["housing_grade"]) == (first.head_name, first.housing_grade)
    assert office.households()[first.hh_code].area == first.group


def test_twice_changes_nothing(office: Office, workbook: Path) -> None:
    office.load(workbook)
    before = office.everything()
    again = office.load(workbook)
    assert office.everything() == before
    assert again.passwords == {} and again.cadres == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_files_say_the_same_as_a_workbook(
    office: Office, tmp_path: Path, encoding: str
) -> None:
    office.load(folder(tmp_path / "csv", SMALL, encoding))
    before = office.everything()
    office.load(xlsx(tmp_path / "same.xlsx", SMALL))
    assert office.everything() == before
    assert values(office, "H1")["head_name"] == "王一"


def test_words_of_either_language_become_the_forms_codes(office: Office, tmp_path: Path) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    assert values(office, "H1")["housing_grade"] == "B"
    with office.sessions() as session:
        rows = session.scalars(select(Record.doc).where(Record.type == "member"))
        members = {doc["full_name"]: doc for doc in (orjson.loads(row)["set"] for row in rows)}
    assert members["王一"]["health"] == ["chronic", "disabled"]
    assert members["王小"]["health"] == ["chronic"] and members["王小"]["relation"] == "03"


def test_people_get_one_time_passwords_and_their_area(office: Office, tmp_path: Path) -> None:
    loaded = office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    assert set(loaded.passwords) == {"admin", "alice"} and loaded.cadres == ["alice"]
    with office.sessions() as session:
        alice = session.scalars(select(User).where(User.login == "alice")).one()
        assert passwords.matches(alice.password, loaded.passwords["alice"]) and alice.must_change
        assert KEYS.open(alice.id, "phone", alice.phone) == "13912345678"
        [grant] = session.scalars(select(Grant).where(Grant.user_id == alice.id))
        assert (grant.role, grant.area) == ("cadre", EAST)
        days = {a.unit: a.started_at[:10] for a in session.scalars(select(Assignment))}
        assert days[unit_id("H1")] == "2026-01-01"


def test_no_phone_and_no_id_number_stands_open_in_the_file(
    office: Office, workbook: Path, made: Township, tmp_path: Path
) -> None:
    office.load(workbook)
    secrets = {h.phone for h in made.households} | {s.phone for s in made.staff}
    secrets |= {m.id_number for h in made.households for m in h.members}
    told = str(office.everything())
    with office.sessions() as session:
        told += str(session.scalars(select(AuditEntry.detail)).all())
    raw = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.name.startswith("ruhu.sqlite"))
    assert len(secrets) > 150
    for secret in secrets:
        assert secret not in told and secret.encode() not in raw


def test_a_members_name_in_the_register_cannot_be_guessed_from_an_id_number(
    office: Office, tmp_path: Path
) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    with office.sessions() as session:
        members = set(session.scalars(select(Record.id).where(Record.type == "member")))
    number = SMALL["members"][1][4]
    guesses = {ids.derived("member", "H1", number), ids.derived("member", number)}
    assert len(members) == 3 and not members & guesses


def test_a_changed_row_changes_its_household_and_no_other(office: Office, tmp_path: Path) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    before = {code: row.version for code, row in office.households().items()}
    office.load(changed(tmp_path / "new.xlsx", cell("households", 1, "head_name", "王大")))
    assert values(office, "H1")["head_name"] == "王大"
    after = {code: row.version for code, row in office.households().items()}
    assert after == before | {"H1": before["H1"] + 1}


def test_a_row_that_goes_back_to_what_it_was_goes_back(office: Office, tmp_path: Path) -> None:
    old = xlsx(tmp_path / "small.xlsx", SMALL)
    new = changed(tmp_path / "new.xlsx", cell("households", 1, "head_name", "王大"))
    for path, name in ((old, "王一"), (new, "王大"), (old, "王一"), (new, "王大")):
        office.load(path)
        assert values(office, "H1")["head_name"] == name
        before = office.everything()
        office.load(path)
        assert office.everything() == before


def test_a_household_that_moved_takes_its_records_along(office: Office, tmp_path: Path) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))

    def move(sheets: Sheets) -> None:
        sheets["households"][1][1:3] = [WEST, ""]

    office.load(changed(tmp_path / "moved.xlsx", move))
    unit = unit_id("H1")
    with office.sessions() as session:
        query = select(UnitPlace).where(UnitPlace.unit == unit).order_by(UnitPlace.started_seq)
        old, new = session.scalars(query)
        assert (old.area, new.area, new.ended_seq) == (EAST + "01", WEST, None)
        assert old.ended_seq == new.started_seq and new.area_path.endswith(f"/{WEST}/")
        areas = set(session.scalars(select(Record.area).where(Record.unit == unit)))
    assert areas == {WEST}
    assert office.households()["H2"].area == WEST


@pytest.mark.parametrize("grade", ["B 级", "C 级"])
def test_what_a_visit_has_changed_since_is_undone_only_by_a_cell_the_office_changed(
    office: Office, tmp_path: Path, grade: str
) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    visit(office, unit_id("H1"), {"living/housing_grade": "D"})
    assert values(office, "H1")["housing_grade"] == "D"

    def change(sheets: Sheets) -> None:
        sheets["households"][1][3] = "王大"
        sheets["households"][1][5] = grade

    office.load(changed(tmp_path / "new.xlsx", change))
    told = values(office, "H1")
    assert told["head_name"] == "王大"
    assert told["housing_grade"] == ("D" if grade == "B 级" else "C")


def visit(office: Office, unit: str, answers: dict[str, str]) -> None:
    """Alice visits with her phone and has seen the household as it is."""
    with office.sessions() as session:
        begin_write(session)
        user = session.scalars(select(User).where(User.login == "alice")).one()
        device = Device(id=ids.new(), user_id=user.id, enrolled_at=clock.now(), label="phone")
        session.add(device)
        session.flush()
        who = Who(user.id, device.id, scope.grants_of(session, user.id), False)
        seen = {unit: session.get_one(Record, unit).version}
        line = ops.op(ids.new(), values=ops.visit(unit) | answers, seen=seen)
        answer = push(session, KEYS, who, ops.batch(device.id, line), clock.now())
        session.commit()
    assert answer.results[0]["result"] == "applied"


def test_an_administrator_must_be_there(office: Office, tmp_path: Path) -> None:
    path = changed(tmp_path / "new.xlsx", lambda sheets: sheets["staff"].__delitem__(1))
    before = office.everything()
    [fault] = office.faults(path)
    assert (fault.sheet, fault.column) == ("staff", "role") and "administrator" in fault.words
    with pytest.raises(ImportInvalid):
        office.load(path)
    assert office.everything() == before


def test_a_second_workbook_may_lean_on_the_first(office: Office, tmp_path: Path) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    more: Sheets = {
        "households": [["户编号", "村代码", "户主姓名"], ["H3", EAST, "张三"]],
        "pairings": [["登录名", "户编号"], ["alice", "H3"], ["alice", "H1"]],
    }
    loaded = office.load(xlsx(tmp_path / "more.xlsx", more))
    assert loaded.counts == {"households": 1, "pairings": 2}
    with office.sessions() as session:
        assert len(session.scalars(select(Assignment)).all()) == 3
    assert set(office.households()) == {"H1", "H2", "H3"}


def test_a_register_entry_is_no_visit(office: Office, tmp_path: Path) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    with office.sessions() as session:
        assert session.scalars(select(Record.id).where(Record.type == "summary")).all() == []
