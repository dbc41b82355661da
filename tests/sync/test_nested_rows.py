"""Repeats in repeats: rows at every level merge apart, and a row takes those in it along."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from forms.author import author
from forms.publish import publish
from store import clock, ids
from store.conflicts import Conflict
from store.db import begin_write
from store.records import Record
from sync.settle import Choice, Verdict, settle
from tests.forms.sheets import HEAD, xlsform
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, down, fetch, record, send

FORM = f"""
## survey
{HEAD} save_to | bind::ruhu:sensitivity |
| hidden | household | | | | |
| begin_repeat | homes | 住处 | Homes |
| text | street | 街 | Street |
| begin_repeat | people | 人 | People |
| hidden | person | | | | |
| text | full_name | 姓名 | Name | member#full_name |
| text | id_number | 证件号 | Id number | member#id_number | P1 |
| text | stays | 住 | Stays |
| begin_repeat | jobs | 活 | Jobs |
| text | job | 活 | Job |
| end_repeat | | | |
| end_repeat | | | |
| end_repeat | | | |
## entities
| list_name | entity_id | label | repeat | create_if | update_if |
| member | ${{person}} | ${{full_name}} | ${{people}} | ${{stays}} != 'no' | ${{stays}} != 'no' |
"""
HOME = "homes[aaaaaaaa]"
PEOPLE = f"{HOME}/people"
PERSON = f"{PEOPLE}[bbbbbbbb]"
JOBS = f"{PERSON}/jobs"


@pytest.fixture(autouse=True)
def published(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_write(session)
        publish(session, author(xlsform(FORM)).compiled, None)
        session.commit()


def op(rec: str, n: int = 1, base: int | None = None, **more: Any) -> dict[str, Any]:
    return ops.op(rec, n, base, form="trial", form_v="1", **more)


def started(sessions: Sessions, cast: Cast) -> str:
    rec = ids.new()
    rows = {
        "homes": {"aaaaaaaa": {"street": "上街"}},
        PEOPLE: {
            "bbbbbbbb": {"full_name": "王一", "stays": "yes", "id_number": "99990119800101001X"},
            "cccccccc": {"full_name": "王二", "stays": "no"},
        },
        JOBS: {"dddddddd": {"job": "木匠"}},
    }
    [told] = send(sessions, cast, "alice", op(rec, values={"household": cast.unit}, rows=rows))
    assert told["result"] == "applied"
    return rec


def people(sessions: Sessions) -> dict[str, bool]:
    """{name: whether taken off the household} of everybody in the register."""
    with sessions() as session:
        rows = session.scalars(select(Record).where(Record.type == "member"))
        return {orjson.loads(row.doc)["set"]["full_name"]: row.deleted for row in rows}


def test_rows_at_every_level_are_kept_and_come_down_as_they_went_up(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    [mine] = [each for each in down(fetch(sessions, cast, "alice")) if each["id"] == rec]
    assert mine["doc"]["rows"] == {
        "homes": {"aaaaaaaa": {"street": "上街"}},
        PEOPLE: {
            "bbbbbbbb": {"full_name": "王一", "stays": "yes", "id_number": "99990119800101001X"},
            "cccccccc": {"full_name": "王二", "stays": "no"},
        },
        JOBS: {"dddddddd": {"job": "木匠"}},
    }
    assert "99990119800101001X" not in str(record(sessions, rec))


def test_a_person_in_a_repeat_of_a_repeat_comes_into_the_register_where_the_form_says(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    assert people(sessions) == {"王一": False}
    with sessions() as session:
        assert session.get_one(Record, ids.derived(rec, PERSON)).unit == cast.unit
    line = op(rec, 2, 1, rows={PEOPLE: {"bbbbbbbb": {"full_name": "王一一"}}})
    send(sessions, cast, "alice", line | {"seen": {ids.derived(rec, PERSON): 1}})
    assert people(sessions) == {"王一一": False}


def test_two_phones_add_edit_and_delete_inner_rows_apart(sessions: Sessions, cast: Cast) -> None:
    rec = started(sessions, cast)
    add = {JOBS: {"eeeeeeee": {"job": "瓦匠"}}, "homes": {"ffffffff": {"street": "下街"}}}
    edit = {PEOPLE: {"bbbbbbbb": {"stays": "later"}}}
    send(sessions, cast, "alice", op(rec, 2, 1, rows=add))
    gone = {"del": [f"{PEOPLE}[cccccccc]"]}
    [told] = send(sessions, cast, "bob", op(rec, 1, 1, rows=edit, **gone))
    assert told["result"] == "merged" and count(sessions, Conflict) == 0
    rows = record(sessions, rec)["rows"]
    assert set(rows["homes"]) == {"aaaaaaaa", "ffffffff"} and set(rows[PEOPLE]) == {"bbbbbbbb"}
    assert rows[PEOPLE]["bbbbbbbb"]["stays"] == "later"
    assert {row["job"] for row in rows[JOBS].values()} == {"木匠", "瓦匠"}


def test_a_deleted_outer_row_takes_its_rows_and_their_people_along(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    line = op(rec, 2, 1, seen={ids.derived(rec, PERSON): 1}, **{"del": [HOME]})
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "applied"
    assert [each["id"] for each in told["entities"]].count(ids.derived(rec, PERSON)) == 1
    assert record(sessions, rec)["rows"] == {} and people(sessions) == {"王一": True}


def test_an_inner_edit_against_a_deleted_outer_row_waits_and_can_be_taken_back(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    send(sessions, cast, "bob", op(rec, 1, 1, **{"del": [HOME]}))
    line = op(rec, 2, 1, rows={JOBS: {"dddddddd": {"job": "石匠"}}})
    [told] = send(sessions, cast, "alice", line)
    assert (told["result"], told["paths"]) == ("conflict", [HOME])
    assert record(sessions, rec)["rows"] == {}
    settled(sessions, cast, rec, HOME, Choice.WAITING)
    rows = record(sessions, rec)["rows"]
    assert rows["homes"]["aaaaaaaa"] == {"street": "上街"}
    assert set(rows[PEOPLE]) == {"bbbbbbbb", "cccccccc"}
    assert rows[JOBS] == {"dddddddd": {"job": "石匠"}}


def test_a_deleted_outer_row_against_a_newer_inner_edit_waits(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    send(sessions, cast, "bob", op(rec, 1, 1, rows={JOBS: {"dddddddd": {"job": "石匠"}}}))
    [told] = send(sessions, cast, "alice", op(rec, 2, 1, **{"del": [HOME]}))
    assert (told["result"], told["paths"]) == ("conflict", [HOME])
    assert record(sessions, rec)["rows"][JOBS] == {"dddddddd": {"job": "石匠"}}
    settled(sessions, cast, rec, HOME, Choice.WAITING)
    assert record(sessions, rec)["rows"] == {}


def settled(sessions: Sessions, cast: Cast, rec: str, path: str, choice: Choice) -> None:
    """A supervisor who said neither decides."""
    with sessions() as session:
        begin_write(session)
        query = select(Conflict).where(Conflict.rec == rec, Conflict.path == path)
        row = session.scalars(query).one()
        who = cast.who(session, "dora", True)
        settle(session, cast.keys, who, row.id, Verdict(choice, "去看过了"), clock.now())
        session.commit()


def test_a_stranger_in_an_inner_row_is_set_aside(sessions: Sessions, cast: Cast) -> None:
    row = {"bbbbbbbb": {"full_name": "外人", "stays": "yes"}}
    theirs = op(ids.new(), values={"household": cast.other_unit}, rows={PEOPLE: row})
    send(sessions, cast, "charlie", theirs)
    stranger = ids.derived(theirs["rec"], PERSON)
    rows = {PEOPLE: {"bbbbbbbb": {"person": stranger, "full_name": "改", "stays": "yes"}}}
    mine = op(ids.new(), values={"household": cast.unit}, rows=rows)
    [told] = send(sessions, cast, "alice", mine)
    assert (told["result"], told["why"]) == ("quarantined", "entity_out_of_scope")
    assert people(sessions) == {"外人": False}
