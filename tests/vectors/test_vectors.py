"""What the phone and the server must decide alike: the Python half of the shared vectors.

`client/test/vectors.test.ts` runs the same files.
"""

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from devices.drafts import delta
from devices.ids import row_id, uuid7
from forms.definition import FormDefinition, Policy, QuestionType
from forms.flatpath import flatten, unflatten
from forms.reading import InstanceInvalid, read
from store.seal import Keyring
from sync.merge import Edit, merge
from sync.policy import Rule, Rules, same
from sync.state import RecordState, Setter
from tests.kit.cast import SECRET

HERE = Path(__file__).parent
KEYS = Keyring(SECRET)
Case = dict[str, Any]


def whole(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return told


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in whole(name)["cases"]]


@pytest.mark.parametrize("case", cases("equality.json"))
def test_equality(case: Case) -> None:
    rule = Rule(type=QuestionType(case["type"]))
    assert same(rule, case["one"], case["other"]) is case["same"]
    assert same(rule, case["other"], case["one"]) is case["same"]


@pytest.mark.parametrize("case", cases("ids.json"))
def test_ids(case: Case) -> None:
    salt = case["salt"].encode()
    if case["kind"] == "row":
        assert row_id(salt) == case["id"]
        return
    assert uuid7(case["ms"] / 1000, salt) == case["id"]
    assert uuid.UUID(case["id"]).bytes[-6:] == hashlib.sha256(salt).digest()[4:10]


@pytest.mark.parametrize("case", cases("delta.json"))
def test_delta(case: Case) -> None:
    told = delta(case["original"], case["values"])
    assert (told.set, told.rows, list(told.delete)) == (case["set"], case["rows"], case["del"])


@pytest.mark.parametrize("case", cases("merge.json"))
def test_merge(case: Case) -> None:
    state, edit, expected = _state(case["state"]), _edit(case["edit"]), case["expect"]
    bases = case["base_values"]
    merged = merge(KEYS, state, edit, _rules(case["rules"]), case["disputed"], bases.get)
    assert merged.applied == expected["applied"]
    assert merged.rows_gone == expected["rows_gone"]
    assert merged.witness == expected["witness"]
    assert merged.superseded == expected["superseded"]
    assert merged.beside_others is expected["beside_others"]
    assert [(c.path, c.kind, c.base, c.standing, c.waiting) for c in merged.clashes] == [
        (c["path"], c["kind"], c["base"], c["standing"], c["waiting"]) for c in expected["clashes"]
    ]
    assert (state.version, state.values) == (expected["version"], expected["values"])
    setters = {path: [s.v, s.device, s.n] for path, s in state.setters.items()}
    assert setters == expected["setters"]


def _state(told: Case) -> RecordState:
    return RecordState(
        "rec", "submission", "unit", "area", told["version"], dict(told["values"]), {},
        {path: Setter(*setter) for path, setter in told["setters"].items()},
        Setter(*told["whole"]) if told["whole"] else None,
    )  # fmt: skip


def _edit(told: Case) -> Edit:
    gone = tuple(told["rows_deleted"])
    return Edit(told["device"], told["n"], told["base"], told["values"], gone, told["office"])


def _rules(told: dict[str, Case]) -> Rules:
    return Rules(
        {
            path: Rule(
                policy=Policy(rule.get("policy", "first")),
                type=QuestionType(rule.get("type", "text")),
                calculated=rule.get("calculated", False),
            )
            for path, rule in told.items()
        }
    )


FORM = FormDefinition.from_json(whole("flatten.json")["definition"])
NESTED = FormDefinition.from_json(whole("flatten.json")["nested"])
"""A form with repeats in repeats, of the cases that say so."""


@pytest.mark.parametrize("case", cases("flatten.json"))
def test_flatten(case: Case) -> None:
    form = NESTED if case.get("form") == "nested" else FORM
    reading = read(form, case["xml"].encode(), case.get("order"), case.get("files"))
    assert reading.values == case["values"]
    assert _types(reading.values) == _types(case["values"])
    assert reading.blank == case["blank"]
    assert reading.rows == case["rows_order"]
    assert unflatten(reading.values) == (case["set"], case["rows"])
    assert flatten(case["set"], case["rows"]) == case["values"]


def _types(values: dict[str, Any]) -> dict[str, str]:
    return {path: type(value).__name__ for path, value in values.items()}


def test_every_policy_and_every_type_that_is_answered_stands_in_the_vectors() -> None:
    told = json.dumps([whole("merge.json"), whole("equality.json"), whole("flatten.json")])
    answered = set(QuestionType) - {QuestionType.NOTE}
    for name in [*(p.value for p in Policy), *(t.value for t in answered)]:
        assert f'"{name}"' in told, name


def test_a_name_stands_for_one_case() -> None:
    for path in HERE.glob("*.json"):
        names = [case["name"] for case in whole(path.name)["cases"]]
        assert len(names) == len(set(names)), path.name


@pytest.mark.parametrize(
    "xml",
    [
        b"<data><name>x</data>",
        b"",
        b'<!DOCTYPE data [<!ENTITY a "b">]><data><name>&a;</name></data>',
        b"<data><people><members><full_name>x</full_name></members></people></data>",
        b"<data><people><members><ruhu_row>short</ruhu_row></members></people></data>",
        b'<data><people><members row="ab12cd34"/>'
        b"<members><ruhu_row>ab12cd34</ruhu_row></members></people></data>",
    ],
    ids=["cut", "empty", "with entities", "a row without an id", "no id", "two rows of one id"],
)
def test_what_is_no_instance_is_said_to_be_none(xml: bytes) -> None:
    with pytest.raises(InstanceInvalid):
        read(FORM, xml)
