"""Only what changed travels; prefill is data with stable rows; drafts outlive the phone's day."""

from __future__ import annotations

from pathlib import Path

from devices.drafts import Draft, Drafts, confirmed, delta, flattened, nested, prefilled
from devices.mirror import Mirrored
from devices.store import Store

FORM = {
    "unit_path": "household",
    "entities": [
        {"dataset": "household", "container": ""},
        {"dataset": "member", "container": "members"},
    ],
    "questions": [
        {"path": "household"},
        {"path": "water/source", "dataset": "household", "save_to": "water_source"},
        {"path": "members/person", "type": "hidden", "repeat": "members"},
        {"path": "members/name", "repeat": "members", "dataset": "member", "save_to": "name"},
        {
            "path": "total",
            "dataset": "household",
            "save_to": "income_total",
            "calculated": True,
        },
    ],
}


def _entity(id_: str, type_: str, v: int, **values: object) -> Mirrored:
    return Mirrored(id_, type_, "u1", v, None, None, {"set": values})


def test_an_unchanged_document_is_an_empty_delta() -> None:
    values = {"a": 1, "members[ab12cd34]/name": "x"}
    assert not delta(values, dict(values))


def test_only_changed_added_and_removed_answers_are_in_the_delta() -> None:
    old = {"a": 1, "b": "x", "c": [1], "members[ab12cd34]/name": "x"}
    new = {"a": 2, "c": [1], "d": True, "members[ab12cd34]/name": "y"}
    change = delta(old, new)
    assert change.set == {"a": 2, "d": True}
    assert change.rows == {"members": {"ab12cd34": {"name": "y"}}}
    assert change.delete == ("b",)


def test_a_number_is_the_same_with_and_without_its_point_but_not_a_truth() -> None:
    assert not delta({"a": 36000}, {"a": 36000.0})
    assert delta({"a": 1}, {"a": True}).set == {"a": True}


def test_a_row_taken_away_is_deleted_as_a_row() -> None:
    old = {"members[ab12cd34]/name": "x", "members[ab12cd34]/age": 3, "members[zz12cd34]/age": 4}
    new = {"members[zz12cd34]/name": "z"}
    change = delta(old, new)
    assert change.delete == ("members[ab12cd34]", "members[zz12cd34]/age")


def test_flat_and_nested_say_the_same() -> None:
    flat = {"a/b": 1, "members[ab12cd34]/work/place": "x"}
    set_, rows = nested(flat)
    assert flattened({"set": set_, "rows": rows}) == flat


def test_prefill_writes_the_register_as_data_and_notes_the_versions_seen() -> None:
    house = _entity("h1", "household", 4, water_source="tap", income_total=9)
    people = [_entity("m1", "member", 2, name="甲"), _entity("m2", "member", 1, name="乙")]
    values, seen = prefilled(FORM, house, people)
    assert seen == {"h1": 4, "m1": 2, "m2": 1}
    assert (values["household"], values["water/source"]) == ("h1", "tap")
    assert sorted(values[p] for p in values if p.endswith("/person")) == ["m1", "m2"]
    assert "total" not in values  # a calculated answer is a witness, never prefilled
    again, _ = prefilled(FORM, house, reversed(people))
    assert again == values  # a row's id follows its person, not the order


def test_what_a_closed_topic_holds_is_confirmed_path_by_path() -> None:
    form = {
        "questions": [
            {"path": "wage", "closed_by": "income_unchanged"},
            {"path": "people/members/birth", "closed_by": "members_unchanged"},
            {"path": "remark"},
        ]
    }
    values = {"wage": 5, "people/members[aaaaaaaa]/birth": "1990-01-01", "remark": "x"}
    assert confirmed(form, values) == []
    assert confirmed(form, values | {"income_unchanged": "yes"}) == ["wage"]
    closed = values | {"members_unchanged": "yes"}
    assert confirmed(form, closed) == ["people/members[aaaaaaaa]/birth"]


def test_rows_are_added_listed_and_deleted_by_their_ids() -> None:
    draft = Draft("r", "u", "f", "1")
    first = draft.add_row("members", {"name": "a", "age": 1}, "one")
    second = draft.add_row("members", {"name": "b"}, "two")
    assert draft.rows("members") == [first, second]
    draft.delete_row("members", first)
    assert draft.rows("members") == [second]


def test_a_saved_draft_comes_back_as_it_was(tmp_path: Path) -> None:
    draft = Draft("r", "u", "f", "1", {"epoch": "e", "v": 3}, {"u": 1}, {"a": 1}, {"a": 2})
    Drafts(Store(tmp_path)).save(draft)
    assert Drafts(Store(tmp_path)).get("r") == draft
