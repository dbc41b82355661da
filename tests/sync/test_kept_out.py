"""Answers that stay in their visit and never reach the register."""

from store import ids
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, record, send
from tests.sync.test_register import MEMBERS, again


def test_what_is_no_number_and_no_date_stays_in_the_visit(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    rows = {MEMBERS: {"aaaaaaaa": {"full_name": "王一", "birth": "1962-03-04"}}}
    first = ops.op(rec, values=ops.visit(cast.unit, income__wage=44300), rows=rows)
    send(sessions, cast, "alice", first)
    person = ids.derived(rec, f"{MEMBERS}[aaaaaaaa]")
    before = record(sessions, cast.unit)["set"]["wage"]
    wrong = again(
        cast.unit,
        {cast.unit: 1, person: 1},
        {"bbbbbbbb": {"person": person, "birth": "三月里", "sex": "male"}},
        income__wage="-999abc",
    )
    [told] = send(sessions, cast, "alice", wrong)
    assert told["result"] in ("applied", "merged") and before == 44300
    kept = record(sessions, wrong["rec"])
    assert kept["set"]["income/wage"] == "-999abc"
    assert kept["rows"][MEMBERS]["bbbbbbbb"]["birth"] == "三月里"
    assert record(sessions, cast.unit)["set"]["wage"] == 44300
    known = record(sessions, person)["set"]
    assert (known["birth"], known["sex"]) == ("1962-03-04", "male")


def test_an_unknown_choice_and_an_emptied_name_stay_in_the_visit(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    rows = {MEMBERS: {"aaaaaaaa": {"full_name": "王一", "sex": "male", "birth": "1962-03-04"}}}
    told = ops.visit(cast.unit, people__head_name="王一", living__water_source="tap")
    send(sessions, cast, "alice", ops.op(rec, values=told, rows=rows))
    person = ids.derived(rec, f"{MEMBERS}[aaaaaaaa]")
    seen = {cast.unit: 1, person: 1}
    wrong = ops.op(
        rec, 2, 1, seen=seen,
        values={"people/head_name": " ", "living/water_source": "moon"},
        rows={MEMBERS: {"aaaaaaaa": {"sex": "unheard", "birth": "2026-W42-7"}}},
    )  # fmt: skip
    gone = ["people/head_name", f"{MEMBERS}[aaaaaaaa]/full_name"]
    emptied = ops.op(rec, 3, 2, seen=seen) | {"del": gone}
    for answer in send(sessions, cast, "alice", wrong, emptied):
        assert answer["result"] in ("applied", "merged")

    kept = record(sessions, rec)
    assert kept["set"]["living/water_source"] == "moon" and "people/head_name" not in kept["set"]
    assert kept["rows"][MEMBERS]["aaaaaaaa"] == {"sex": "unheard", "birth": "2026-W42-7"}
    household, known = record(sessions, cast.unit)["set"], record(sessions, person)["set"]
    assert (household["head_name"], household["water_source"]) == ("王一", "tap")
    assert (known["full_name"], known["sex"], known["birth"]) == ("王一", "male", "1962-03-04")


def test_a_choice_that_need_not_be_made_is_taken_back(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    rows = {MEMBERS: {"aaaaaaaa": {"full_name": "王一", "sex": "male"}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    person = ids.derived(rec, f"{MEMBERS}[aaaaaaaa]")
    back = ops.op(rec, 2, 1, seen={person: 1}) | {"del": [f"{MEMBERS}[aaaaaaaa]/sex"]}
    send(sessions, cast, "alice", back)
    assert record(sessions, person)["set"] == {"full_name": "王一"}
