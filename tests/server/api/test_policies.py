"""Every policy over HTTP: what stands, and what waits, when two phones had not seen each other."""

from typing import Any

import pytest

from forms.publish import publish
from store import ids
from store.db import begin_write
from tests.forms.sheets import compiled
from tests.kit import ops
from tests.kit.doors import Doors

FORM = """
## survey
| type | name | label::中文 (zh) | label::English (en) | bind::ruhu:policy |
| hidden | household | | | |
| text | first | 一 | First | first |
| text | latest | 二 | Latest | latest |
| integer | max | 三 | Max | max |
| integer | min | 四 | Min | min |
| select_multiple things | union | 五 | Union | union |
| text | append | 六 | Append | append |
| text | office | 七 | Office | office |
## choices
| list_name | name | label::中文 (zh) | label::English (en) |
| things | a | 甲 | A |
| things | b | 乙 | B |
| things | c | 丙 | C |
| things | d | 丁 | D |
"""
CASES: tuple[tuple[str, Any, Any, Any, Any, bool], ...] = (
    ("first", "0", "alice", "bob", "alice", True),
    ("latest", "0", "alice", "bob", "bob", False),
    ("max", 1, 5, 3, 5, False),
    ("max", 1, 3, 5, 5, False),
    ("min", 9, 5, 7, 5, False),
    ("min", 9, 7, 5, 5, False),
    ("union", ["a", "b"], ["a", "b", "c"], ["b", "d"], ["b", "c", "d"], False),
    ("append", "0", "alice", "bob", "alice\nbob", False),
    ("office", "0", "alice", "bob", "alice", True),
)
"""(policy, before both, Alice's, then Bob's, what stands, whether Bob's waits)"""


@pytest.fixture
def trial(doors: Doors) -> Doors:
    """The cast with a form that has one question for each policy."""
    with doors.sessions() as session:
        begin_write(session)
        publish(session, compiled(FORM), None)
        session.commit()
    return doors


def send(doors: Doors, name: str, line: dict[str, Any]) -> dict[str, Any]:
    answer = doors.push(doors.phone(name), name, line | {"form": "trial", "form_v": "1"})
    assert answer.status_code == 200 and answer.json is not None, answer.text
    return dict(answer.json["results"][0])


def standing(doors: Doors, rec: str) -> dict[str, Any]:
    told = doors.phone("dora").get(f"/api/v1/visits/{rec}").json
    assert told is not None
    return dict(told["doc"]["set"])


@pytest.mark.parametrize(("path", "before", "alice", "bob", "stands", "waits"), CASES)
def test_two_phones_end_as_the_form_says(
    trial: Doors, path: str, before: Any, alice: Any, bob: Any, stands: Any, waits: bool
) -> None:
    rec = ids.new()
    send(trial, "alice", ops.op(rec, 1, values={"household": trial.cast.unit, path: before}))
    send(trial, "alice", ops.op(rec, 2, 1, values={path: alice}))
    told = send(trial, "bob", ops.op(rec, 1, 1, values={path: bob}))
    assert standing(trial, rec)[path] == stands
    assert (told["result"] == "conflict") is waits, told


def test_the_offices_word_outranks_where_the_form_says_so_and_only_there(trial: Doors) -> None:
    """Dora's console settles and corrects as the office; her phone is one phone among others."""
    rec = ids.new()
    values = {"household": trial.cast.unit, "office": "0", "first": "0"}
    send(trial, "alice", ops.op(rec, 1, values=values))
    send(trial, "alice", ops.op(rec, 2, 1, values={"office": "alice", "first": "alice"}))
    told = send(trial, "dora", ops.op(rec, 1, 1, values={"office": "dora"}))
    assert told["result"] == "conflict"


def test_one_phone_alone_never_conflicts_whatever_the_policy(trial: Doors) -> None:
    rec = ids.new()
    values = {path: before for path, before, *_ in CASES}
    send(trial, "alice", ops.op(rec, 1, values={"household": trial.cast.unit} | values))
    for n, case in enumerate(CASES):
        told = send(trial, "alice", ops.op(rec, 2 + n, 1, values={case[0]: case[2]}))
        assert told["result"] == "applied", case[0]
