"""The family `across` on real databases: who else, which village, whose past."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import ids, parameters
from store.db import begin_write
from store.findings import Finding
from tests.kit import ops
from tests.kit.cast import EAST, WEST, Cast, place
from tests.kit.syncing import move, send
from tests.verify.acts import accept, found, notes, told, visited
from verify.across import sharing

Sessions = sessionmaker[Session]
ID, OTHER_ID = "11010119500502001X", "110101195005020013"
PHONE, ACCOUNT = "13800001111", "6217000012345678"
MEMBERS = "people/members"


def person(**told: Any) -> dict[str, Any]:
    row = {"full_name": "王一", "relation": "01", "id_number": ID} | told
    return {MEMBERS: {"aaaaaaaa": row}}


def others(sessions: Sessions, rec: str, rule: str) -> dict[str, Any]:
    with sessions() as session:
        query = select(Finding.numbers).where(Finding.rec == rec, Finding.rule == rule)
        return dict(orjson.loads(session.scalars(query).one()))


def across(sessions: Sessions, rec: str) -> list[tuple[str, str]]:
    with sessions() as session:
        query = select(Finding.rule, Finding.path)
        query = query.where(Finding.rec == rec, Finding.check == "across", Finding.state == "open")
        return sorted((rule, path) for rule, path in session.execute(query))


def village(sessions: Sessions, cast: Cast, form: str, name: str = "bob", **values: Any) -> str:
    """A form of the east village."""
    rec = ids.new()
    told_ = {path.replace("__", "/"): value for path, value in values.items()}
    line = ops.op(rec, form=form, form_v="2026.2", values={"village": EAST} | told_)
    [answer] = send(sessions, cast, name, line)
    assert answer["result"] == "applied", answer
    return rec


def certificate(sessions: Sessions, cast: Cast, until: str) -> str:
    return village(
        sessions, cast, "village_water", lab__sampled_on="2025-10-01",
        certified__water_conclusion="safe", certified__valid_until=until,
    )  # fmt: skip


def neighbours(sessions: Sessions, cast: Cast, count: int, area: str = EAST) -> list[str]:
    with sessions() as session:
        begin_write(session)
        made = [place(session, area, cast.users["alice"]) for _ in range(count)]
        session.commit()
    return made


def test_one_id_number_in_two_villages_is_found_and_the_phone_hears_nothing(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast, "charlie", cast.other_unit, rows=person())
    rec = visited(sessions, cast, rows=person(id_number=ID.lower()))
    accept(sessions, cast, rec)
    assert across(sessions, rec) == [("R-02", f"{MEMBERS}[aaaaaaaa]/id_number")]
    assert others(sessions, rec, "R-02")["units"] == [cast.other_unit]
    assert "R-02" not in told(sessions, rec)


def test_other_numbers_and_the_same_household_again_are_no_finding(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast, "charlie", cast.other_unit, rows=person(id_number=OTHER_ID))
    visited(sessions, cast, rows=person())
    rec = visited(sessions, cast, rows=person())
    accept(sessions, cast, rec)
    assert across(sessions, rec) == []


def test_an_entry_of_the_office_is_compared_as_a_visit_is(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast, "charlie", cast.other_unit, rows=person())
    rec, row = ids.new(), {"full_name": "王一", "id_number": ID}
    entry = ops.op(rec, form="household_register", rows={"members": {"aaaaaaaa": row}},
                   values={"household": cast.unit})  # fmt: skip
    send(sessions, cast, "dora", entry, office=True)
    accept(sessions, cast, rec)
    assert across(sessions, rec) == [("R-02", "members[aaaaaaaa]/id_number")]


@pytest.mark.parametrize("number", ["无", "0"])
def test_what_is_no_number_is_nobodys(sessions: Sessions, cast: Cast, number: str) -> None:
    visited(sessions, cast, "charlie", cast.other_unit, rows=person(id_number=number))
    rec = visited(sessions, cast, rows=person(id_number=number))
    accept(sessions, cast, rec)
    assert across(sessions, rec) == []


def test_who_moved_out_of_the_other_household_belongs_here(sessions: Sessions, cast: Cast) -> None:
    left = person(change="moved_out", changed_on="2026-01-05")
    visited(sessions, cast, "charlie", cast.other_unit, rows=left)
    rec = visited(sessions, cast, rows=person(change="moved_in"))
    accept(sessions, cast, rec)
    assert across(sessions, rec) == []


def test_a_household_that_moved_is_asked_about_where_it_stands_now(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast, "charlie", cast.other_unit, rows=person())
    move(sessions, cast.other_unit, EAST)
    rec = visited(sessions, cast, rows=person())
    accept(sessions, cast, rec)
    with sessions() as session:
        [text] = session.scalars(select(Finding.text_zh).where(Finding.rule == "R-02"))
    assert "本村另一户" in text and WEST not in text


def test_the_fourth_household_with_one_phone_is_told_its_phone_too(
    sessions: Sessions, cast: Cast
) -> None:
    recs = []
    for unit in neighbours(sessions, cast, 4):
        recs.append(visited(sessions, cast, unit=unit, people__phone=PHONE))
        accept(sessions, cast, recs[-1])
    assert [across(sessions, rec) for rec in recs] == [[], [], [], [("R-08", "people/phone")]]
    assert "R-08" in told(sessions, recs[3])


def test_of_a_phone_of_very_many_households_only_some_are_read(
    sessions: Sessions, cast: Cast
) -> None:
    units = neighbours(sessions, cast, sharing.MOST + 5)
    lines = [
        ops.op(ids.new(), n, values=ops.visit(unit, people__phone=PHONE))
        for n, unit in enumerate(units, start=1)
    ]
    send(sessions, cast, "alice", *lines)
    rec = visited(sessions, cast, people__phone=PHONE)
    accept(sessions, cast, rec)
    assert others(sessions, rec, "R-08")["count"] == sharing.MOST


def test_the_second_household_with_one_account_is_told_to_the_office(
    sessions: Sessions, cast: Cast
) -> None:
    for unit in (cast.unit, *neighbours(sessions, cast, 1)):
        rec = visited(sessions, cast, unit=unit, income__bank_account=ACCOUNT)
        accept(sessions, cast, rec)
    assert across(sessions, rec) == [("R-09", "income/bank_account")]
    assert others(sessions, rec, "R-09")["units"] == [cast.unit]


def test_water_called_safe_is_held_against_the_villages_certificate(
    sessions: Sessions, cast: Cast
) -> None:
    safe = {"living__water_conclusion": "safe", "at": "2026-10-18T04:00:00Z"}
    first = visited(sessions, cast, **safe)
    accept(sessions, cast, first)
    assert across(sessions, first) == []
    assert notes(sessions, first, "across") == ["村里还没有登记饮水达标认定书，没有比较"]
    certificate(sessions, cast, "2026-10-17")
    second = visited(sessions, cast, **safe)
    accept(sessions, cast, second)
    assert across(sessions, second) == [("R-33", "living/water_conclusion")]
    certificate(sessions, cast, "2027-10-17")
    third = visited(sessions, cast, **safe)
    accept(sessions, cast, third)
    assert across(sessions, third) == [] and notes(sessions, third, "across") == []
    elsewhere = visited(sessions, cast, "charlie", cast.other_unit, **safe)
    accept(sessions, cast, elsewhere)
    assert notes(sessions, elsewhere, "across") != []


def test_a_county_that_needs_certificates_is_told_where_there_is_none(
    sessions: Sessions, cast: Cast
) -> None:
    with sessions() as session:
        begin_write(session)
        parameters.put(session, "water_certificate_needed", "2026-02-01", 1, {"en": "test"})
        session.commit()
    rec = visited(sessions, cast, living__water_conclusion="safe", at="2026-10-18T04:00:00Z")
    accept(sessions, cast, rec)
    assert ("R-33", "living/water_conclusion") in across(sessions, rec)


def test_the_newest_form_of_the_village_counts(sessions: Sessions, cast: Cast) -> None:
    whole = {"base__households": 10, "works__lit_households": 10, "works__facilities": ["clinic"]}
    village(sessions, cast, "village_base", base__year=2025, **whole)
    rec = visited(sessions, cast, medical__clinic_near="no")
    accept(sessions, cast, rec)
    assert across(sessions, rec) == [("R-34", "medical/clinic_near")]
    village(sessions, cast, "village_base", base__year=2026, works__facilities=["water"])
    again = visited(sessions, cast, medical__clinic_near="no")
    accept(sessions, cast, again)
    assert across(sessions, again) == []


def test_a_visit_after_a_death_is_asked_about_whichever_came_first(
    sessions: Sessions, cast: Cast
) -> None:
    dead = person(change="died", changed_on="2026-03-01")
    before = visited(sessions, cast, people__met_who="head", at="2026-03-05T04:00:00Z")
    accept(sessions, cast, before)
    assert across(sessions, before) == []
    late = visited(sessions, cast, rows=dead, people__met_who="member", at="2026-04-05T04:00:00Z")
    accept(sessions, cast, late)
    assert across(sessions, late) == [("R-07", "")]
    after = visited(sessions, cast, people__met_who="head", at="2026-05-05T04:00:00Z")
    accept(sessions, cast, after)
    assert across(sessions, after) == [("R-07", "people/met_who")]
    assert ("R-07", "people/met_who") in found(sessions, after)
