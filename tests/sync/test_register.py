"""The register changes only through submissions, merged three ways in the same transaction."""

from typing import Any

import orjson
from sqlalchemy import select

from store import ids
from store.conflicts import Conflict
from store.records import Record, Revision
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, record, row, send

MEMBERS = "people/members"


def named(sessions: Sessions, cast: Cast, *names: str) -> tuple[str, list[str]]:
    """(a visit that names these people, their ids in the register)."""
    rec = ids.new()
    rows = {MEMBERS: {f"aaaaaaa{i}": {"full_name": name} for i, name in enumerate(names)}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    return rec, [ids.derived(rec, f"{MEMBERS}[aaaaaaa{i}]") for i in range(len(names))]


def again(unit: str, seen: dict[str, int], rows: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Another visit that says of known people what `rows` holds."""
    return ops.op(ids.new(), 2, values=ops.visit(unit, **values), rows={MEMBERS: rows}, seen=seen)


def test_a_value_carried_along_unchanged_never_overwrites(sessions: Sessions, cast: Cast) -> None:
    _, [person] = named(sessions, cast, "王一")
    moved = again(cast.unit, {person: 1}, {"bbbbbbbb": {"person": person, "full_name": "王二"}})
    send(sessions, cast, "bob", moved)
    stale = again(
        cast.unit, {person: 1}, {"cccccccc": {"person": person, "full_name": "王一", "sex": "male"}}
    )
    [told] = send(sessions, cast, "vera", stale)
    assert told["result"] != "conflict" and count(sessions, Conflict) == 0
    assert record(sessions, person)["set"] == {"full_name": "王二", "sex": "male"}


def test_a_value_changed_on_both_sides_waits_for_a_person(sessions: Sessions, cast: Cast) -> None:
    _, [person] = named(sessions, cast, "王一")
    for name, spelt in (("bob", "王二"), ("vera", "王三")):
        line = again(cast.unit, {person: 1}, {"bbbbbbbb": {"person": person, "full_name": spelt}})
        [told] = send(sessions, cast, name, line)
    assert told["result"] == "conflict" and told["current"] == {"full_name": "王二"}
    assert {"id": person, "v": 2, "result": "conflict"} in told["entities"]
    with sessions() as session:
        found = session.execute(select(Conflict).where(Conflict.rec == person)).scalar_one()
        sides = [orjson.loads(v) for v in (found.base, found.standing, found.waiting)]
    assert sides == ["王一", "王二", "王三"]


def test_without_a_known_base_every_difference_conflicts_and_equal_values_do_not(
    sessions: Sessions, cast: Cast
) -> None:
    _, [person] = named(sessions, cast, "王一")
    same = {"bbbbbbbb": {"person": person, "full_name": "王一", "sex": "male"}}
    [told] = send(sessions, cast, "bob", again(cast.unit, {}, same))
    assert told["result"] != "conflict"
    differs = {"cccccccc": {"person": person, "full_name": "王九", "sex": "male"}}
    [told] = send(sessions, cast, "vera", again(cast.unit, {}, differs))
    assert told["result"] == "conflict" and told["paths"] == ["full_name"]
    assert record(sessions, person)["set"] == {"full_name": "王一", "sex": "male"}


def test_a_base_beyond_what_stands_counts_as_what_stands(sessions: Sessions, cast: Cast) -> None:
    _, [person] = named(sessions, cast, "王一")
    rows = {"bbbbbbbb": {"person": person, "full_name": "王二"}}
    [told] = send(sessions, cast, "bob", again(cast.unit, {person: 2**53 - 1}, rows))
    assert told["result"] != "conflict"
    with sessions() as session:
        last = session.scalars(
            select(Revision).where(Revision.rec == person).order_by(Revision.id.desc())
        ).first()
        assert last is not None and last.base_v == 1


def test_totals_of_two_phones_never_dispute_the_register(sessions: Sessions, cast: Cast) -> None:
    for name, total in (("alice", 5), ("bob", 7), ("vera", 9)):
        line = ops.op(ids.new(), values=ops.visit(cast.unit, income__total=total))
        [told] = send(sessions, cast, name, line)
        assert told["result"] != "conflict", told
    assert count(sessions, Conflict) == 0


def test_a_total_of_answers_that_did_not_stand_does_not_stand(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    first = ops.visit(cast.unit, income__wage=1, income__total=1)
    send(sessions, cast, "alice", ops.op(rec, values=first))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 2, "income/total": 2}))
    [told] = send(
        sessions, cast, "bob", ops.op(rec, 1, 1, values={"income/wage": 9, "income/total": 9})
    )
    assert told["result"] == "conflict" and told["paths"] == ["income/wage"]
    assert record(sessions, rec)["set"]["income/total"] == 2
    with sessions() as session:
        last = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert last is not None and orjson.loads(last.witness)["income/total"] == 9


def test_a_person_whose_row_moved_within_one_op_stays(sessions: Sessions, cast: Cast) -> None:
    rec, [person] = named(sessions, cast, "王一")
    moved = {MEMBERS: {"bbbbbbbb": {"person": person, "full_name": "王一"}}}
    line = ops.op(rec, 2, 1, values={}, rows=moved, **{"del": [f"{MEMBERS}[aaaaaaa0]"]})
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "applied" and not row(sessions, person).deleted


def test_two_rows_for_one_person_taken_away_take_them_off_once(
    sessions: Sessions, cast: Cast
) -> None:
    _, [person] = named(sessions, cast, "王一")
    rec = ids.new()
    rows = {MEMBERS: {"bbbbbbbb": {"person": person}, "cccccccc": {"person": person}}}
    start = ops.op(rec, 2, values=ops.visit(cast.unit), rows=rows, seen={person: 1})
    send(sessions, cast, "alice", start)
    gone = [f"{MEMBERS}[bbbbbbbb]", f"{MEMBERS}[cccccccc]"]
    line = ops.op(rec, 3, 1, values={}, seen={person: 1}, **{"del": gone + gone})
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "applied" and row(sessions, person).deleted


def test_a_person_taken_off_and_named_again_by_the_same_phone_is_back(
    sessions: Sessions, cast: Cast
) -> None:
    rec, [person] = named(sessions, cast, "王一")
    gone = ops.op(rec, 2, 1, values={}, **{"del": [f"{MEMBERS}[aaaaaaa0]"]})
    send(sessions, cast, "alice", gone)
    assert row(sessions, person).deleted
    line = again(cast.unit, {}, {"bbbbbbbb": {"person": person, "full_name": "王一"}})
    send(sessions, cast, "alice", line)
    back = row(sessions, person)
    assert not back.deleted and back.version == 3


def test_a_person_taken_off_by_another_phone_waits_for_a_person(
    sessions: Sessions, cast: Cast
) -> None:
    rec, [person] = named(sessions, cast, "王一")
    gone = ops.op(rec, 2, 1, values={}, **{"del": [f"{MEMBERS}[aaaaaaa0]"]})
    send(sessions, cast, "alice", gone)
    rows = {"bbbbbbbb": {"person": person, "full_name": "王二"}}
    [told] = send(sessions, cast, "bob", again(cast.unit, {person: 1}, rows))
    assert told["result"] == "conflict" and row(sessions, person).deleted


def test_a_submission_cannot_be_its_own_household_or_person(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    itself = ops.op(rec, 1, values=ops.visit(rec))
    person = ops.op(
        rec, 2, values=ops.visit(cast.unit), rows={MEMBERS: {"aaaaaaaa": {"person": rec}}}
    )
    other = ops.op(ids.new(), 3, values=ops.visit(cast.unit))
    answers = send(sessions, cast, "alice", itself, person, other)
    assert [a.get("why") for a in answers] == ["entity_out_of_scope"] * 2 + [None]
    with sessions() as session:
        assert session.get(Record, rec) is None


def test_a_household_is_no_person_of_its_own(sessions: Sessions, cast: Cast) -> None:
    rows = {MEMBERS: {"aaaaaaaa": {"person": cast.unit, "full_name": "甲"}}}
    line = ops.op(ids.new(), values=ops.visit(cast.unit, people__head_name="乙"), rows=rows)
    [told] = send(sessions, cast, "alice", line)
    assert (told["result"], told["why"]) == ("quarantined", "entity_out_of_scope")


def test_a_row_that_named_what_became_a_visit_writes_no_person_there(
    sessions: Sessions, cast: Cast
) -> None:
    rec, later = ids.new(), ids.new()
    rows = {MEMBERS: {"aaaaaaaa": {"person": later}}}
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit), rows=rows))
    send(sessions, cast, "alice", ops.op(later, 2, values=ops.visit(cast.unit)))
    edit = {MEMBERS: {"aaaaaaaa": {"full_name": "甲"}}}
    [told] = send(sessions, cast, "alice", ops.op(rec, 3, 1, values={}, rows=edit))
    assert (told["result"], told["why"]) == ("quarantined", "entity_out_of_scope")
    assert "full_name" not in record(sessions, later)["set"]


def test_a_members_answer_without_a_row_makes_no_person(sessions: Sessions, cast: Cast) -> None:
    rec, path = ids.new(), f"{MEMBERS}/full_name"
    first = ops.op(rec, 1, values=ops.visit(cast.unit) | {path: "甲"})
    second = ops.op(rec, 2, 1, values={path: "乙"})
    answers = [send(sessions, cast, "alice", line)[0] for line in (first, second)]
    assert [a["result"] for a in answers] == ["applied", "applied"]
    assert record(sessions, rec)["set"][path] == "乙"
    with sessions() as session:
        assert session.scalars(select(Record).where(Record.type == "member")).all() == []


def test_a_person_known_by_the_id_number_alone_is_taken_off_with_the_row(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    rows = {MEMBERS: {"aaaaaaaa": {"id_number": "99990119490908136X"}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    gone = ops.op(rec, 2, 1, values={}, **{"del": [f"{MEMBERS}[aaaaaaaa]"]})
    send(sessions, cast, "alice", gone)
    assert row(sessions, ids.derived(rec, f"{MEMBERS}[aaaaaaaa]")).deleted


def test_a_household_named_by_another_answer_stays_where_the_visit_began(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, people__head_name="甲")))
    line = ops.op(rec, 2, 1, values={"household": cast.other_unit, "people/head_name": "乙"})
    send(sessions, cast, "alice", line)
    assert row(sessions, rec).unit == cast.unit
    assert record(sessions, cast.unit)["set"]["head_name"] in ("甲", "乙")
    with sessions() as session:
        assert session.get(Record, cast.other_unit) is None


def test_the_register_and_the_visit_stand_or_fall_together(sessions: Sessions, cast: Cast) -> None:
    rec, [person] = named(sessions, cast, "王一")
    with sessions() as session:
        made = session.scalars(select(Revision).where(Revision.rec.in_([rec, person, cast.unit])))
        assert len({r.op for r in made}) == 1


def test_a_value_carried_along_never_undoes_what_the_same_phone_said_since(
    sessions: Sessions, cast: Cast
) -> None:
    """Two forms opened from one mirror: the second only carries the head's old name along."""
    first = ops.visit(cast.unit, people__head_name="甲")
    send(sessions, cast, "bob", ops.op(ids.new(), values=first))
    new, old = ops.visit(cast.unit, people__head_name="乙"), ops.visit(cast.unit) | first
    send(sessions, cast, "alice", ops.op(ids.new(), 1, values=new, seen={cast.unit: 1}))
    rec = ids.new()
    opened = ops.op(rec, 2, values=old, seen={cast.unit: 1})
    send(sessions, cast, "alice", opened)
    assert record(sessions, cast.unit)["set"]["head_name"] == "乙"
    mended = ops.op(rec, 3, 1, values={"people/head_name": "丙"}, seen={cast.unit: 1})
    back = ops.op(rec, 4, 1, values={"people/head_name": "甲"}, seen={cast.unit: 1})
    send(sessions, cast, "alice", mended, back)
    assert record(sessions, cast.unit)["set"]["head_name"] == "甲"
