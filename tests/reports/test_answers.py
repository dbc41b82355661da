"""Answers of every version in the words of the newest."""

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from forms.author import author
from forms.publish import publish
from reports import answers
from store import ids
from store.db import begin_snapshot, begin_write
from tests.forms.sheets import HEAD, xlsform
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import send

Sessions = sessionmaker[Session]
TOP = f"## survey\n{HEAD} bind::ruhu:was | bind::ruhu:sensitivity |\n| hidden | household |\n"
OLD = f"""{TOP}
| text | name | 名 | Name |
| text | age | 岁 | Age |
| text | phone | 电话 | Phone | | P1 |
| begin_repeat | people | 人 | People |
| text | nick | 小名 | Nick |
| end_repeat | | | |
"""
NEW = f"""{TOP}
| text | full_name | 姓名 | Full name | name |
| integer | age | 年龄 | Age |
| text | phone | 电话 | Phone | | P1 |
| begin_repeat | members | 人 | Members |
| text | pet_name | 小名 | Pet name | people/nick |
| end_repeat | | | |
"""


def put(sessions: Sessions, text: str, version: str) -> None:
    with sessions() as session:
        begin_write(session)
        publish(session, author(xlsform(text, version)).compiled, None)
        session.commit()


def filled(cast: Cast, version: str, rows: Any = None, **values: Any) -> dict[str, Any]:
    told = {"household": cast.unit} | values
    return ops.op(ids.new(), form="trial", form_v=version, values=told, rows=rows or {})


@pytest.fixture
def visits(sessions: Sessions, cast: Cast) -> list[str]:
    put(sessions, OLD, "1")
    old = filled(cast, "1", {"people": {"aaaaaaaa": {"nick": "毛毛"}}}, name="王一", age="41",
                 phone="13912345678")  # fmt: skip
    odd = filled(cast, "1", name="王二", age="about forty")
    send(sessions, cast, "alice", old)
    send(sessions, cast, "bob", odd)
    put(sessions, NEW, "2")
    new = filled(
        cast, "2", {"members": {"bbbbbbbb": {"pet_name": "豆豆"}}}, full_name="王三", age=7
    )
    send(sessions, cast, "alice", new)
    return [op["rec"] for op in (old, odd, new)]


def read(
    sessions: Sessions, cast: Cast, name: str, repeat: str | None = None
) -> dict[str, answers.Line]:
    with sessions() as session:
        begin_snapshot(session)
        lines = answers.across(session, cast.who(session, name), "trial", repeat)
        return {line.rec: line for line in lines}


def test_every_version_is_read_in_the_newest_ones_words(
    sessions: Sessions, cast: Cast, visits: list[str]
) -> None:
    lines = read(sessions, cast, "dora")
    told = [(lines[rec].version, dict(lines[rec].values)) for rec in visits]
    unit = {"household": cast.unit}
    assert told == [
        ("1", unit | {"full_name": "王一", "age": 41}),
        ("1", unit | {"full_name": "王二"}),
        ("2", unit | {"full_name": "王三", "age": 7}),
    ]
    assert [dict(lines[rec].kept) for rec in visits] == [{}, {"age": "about forty"}, {}]


def test_rows_of_a_renamed_repeat_come_along(
    sessions: Sessions, cast: Cast, visits: list[str]
) -> None:
    lines = read(sessions, cast, "dora", "members")
    told = {(line.row, line.values["members/pet_name"]) for line in lines.values()}
    assert told == {("aaaaaaaa", "毛毛"), ("bbbbbbbb", "豆豆")}


def test_others_see_nothing_of_it(sessions: Sessions, cast: Cast, visits: list[str]) -> None:
    assert read(sessions, cast, "charlie") == {}


def test_what_is_sealed_has_no_column(sessions: Sessions, cast: Cast, visits: list[str]) -> None:
    with sessions() as session:
        begin_snapshot(session)
        definition = answers.newest(session, "trial")
    assert [q.path for q in answers.columns(definition)] == ["household", "full_name", "age"]
    assert [q.path for q in answers.columns(definition, "members")] == ["members/pet_name"]
    assert "13912345678" not in str(read(sessions, cast, "dora"))


NESTED = f"""{TOP}
| begin_repeat | plots | 地块 | Plots |
| text | crop | 种 | Crop |
| begin_repeat | years | 年份 | Years |
| integer | grain | 收 | Grain |
| end_repeat | | | |
| end_repeat | | | |
"""


def test_a_line_of_a_repeat_in_a_repeat_says_what_it_belongs_to(
    sessions: Sessions, cast: Cast
) -> None:
    put(sessions, NESTED, "1")
    rows = {
        "plots": {"aaaaaaaa": {"crop": "麦"}},
        "plots[aaaaaaaa]/years": {"bbbbbbbb": {"grain": 7}, "cccccccc": {"grain": 8}},
        "plots[dddddddd]/years": {"bbbbbbbb": {"grain": 9}},
    }
    send(sessions, cast, "alice", filled(cast, "1", rows))
    with sessions() as session:
        begin_snapshot(session)
        who = cast.who(session, "dora")
        lines = list(answers.across(session, who, "trial", "plots/years"))
        plots = [line.row for line in answers.across(session, who, "trial", "plots")]
        asked = answers.columns(answers.newest(session, "trial"), "plots/years")
    assert [q.path for q in asked] == ["plots/crop", "plots/years/grain"]
    assert [(line.row, dict(line.values)) for line in lines] == [
        ("aaaaaaaa/bbbbbbbb", {"plots/crop": "麦", "plots/years/grain": 7}),
        ("aaaaaaaa/cccccccc", {"plots/crop": "麦", "plots/years/grain": 8}),
        ("dddddddd/bbbbbbbb", {"plots/years/grain": 9}),
    ]
    assert plots == ["aaaaaaaa", "dddddddd"]
