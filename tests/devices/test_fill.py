"""Answers are relevant, plausible, and the same whoever asks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from devices.drafts import Draft, prefilled
from devices.fill import Doorstep, fill, recalculate
from devices.mirror import Mirrored
from forms.evaluate import evaluate
from forms.pack import Pack

ARRIVED = datetime(2026, 3, 4, 10, 20, tzinfo=timezone(timedelta(hours=8)))
FIX = {"lat": 31.6, "lon": 107.9, "alt": 900.0, "acc": 6.0}
FACTS = {"hh_code": "H1", "head_name": "何田", "housing_grade": "B", "water_source": "well"}
HOUSE = Mirrored("0b6e8508-ec43-5d57-99f3-6cb212d2e0ca", "household", "u", 1, None, None,
                 {"set": FACTS})  # fmt: skip
PERSON = {"full_name": "何田", "relation": "01", "sex": "male", "birth": "1950-05-02",
          "health": ["chronic"], "labour": "none", "in_school": "no"}  # fmt: skip
MEMBER = Mirrored("72f755e7-a1de-5051-acff-2aa53f58b97d", "member", "u", 1, None, None,
                  {"set": PERSON})  # fmt: skip


@pytest.fixture(scope="module")
def definition(pack: Pack) -> Any:
    return next(c.definition for c in pack.forms if c.definition.form_id == "household_visit")


def _filled(definition: Any, outcome: str, key: str = "k", **given: object) -> Draft:
    form = definition.to_json()
    values, seen = prefilled(form, HOUSE, [MEMBER])
    draft = Draft("r", "u", "household_visit", "1", seen=seen, values=values)
    shots: dict[str, Any] = {"size": 1, "mime": "image/jpeg", "sha256": "ab" * 32}
    step = Doorstep(key, outcome, ARRIVED, FIX, {k.replace("__", "/"): v for k, v in given.items()})
    fill(form, draft, step, lambda question, path: draft.set(path, shots))
    return draft


def _server(definition: Any, draft: Draft) -> Any:
    from_phone = {p: v for p, v in draft.values.items() if "[" not in p}
    rows: dict[str, Any] = {}
    for row in draft.rows("people/members"):
        start = f"people/members[{row}]/"
        rows[row] = {
            p.removeprefix(start): v for p, v in draft.values.items() if p.startswith(start)
        }
    doc = {"set": from_phone, "rows": {"people/members": rows}}
    return evaluate(definition, doc, now=ARRIVED)


@pytest.mark.parametrize("outcome", ["met", "nobody_home", "refused", "phone", "not_listed"])
@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_the_server_finds_nothing_wrong_with_an_honest_visit(
    definition: Any, outcome: str, key: str
) -> None:
    draft = _filled(definition, outcome, key)
    ours = _server(definition, draft)
    assert ours.faults == ()
    assert not ours.irrelevant & set(draft.values)


def test_an_away_visit_says_no_more_than_that(definition: Any) -> None:
    draft = _filled(definition, "nobody_home")
    assert {path.split("/")[0] for path in draft.values} == {"household", "door"} | (
        {"finish"} if "finish/remark" in draft.values else set()
    )


def test_the_same_household_gives_the_same_answers_and_another_other_ones(definition: Any) -> None:
    assert _filled(definition, "met").values == _filled(definition, "met").values
    assert _filled(definition, "met").values != _filled(definition, "met", "other").values


def test_prescribed_answers_win_and_refused_photos_are_not_taken(definition: Any) -> None:
    draft = _filled(definition, "met", income__wage=360_000, evidence__photo_refused="yes")
    assert draft.values["income/wage"] == 360_000
    assert "evidence/photo_front" not in draft.values


def test_sealed_answers_are_never_made_up(definition: Any) -> None:
    draft = _filled(definition, "met")
    assert "people/phone" not in draft.values
    assert not [path for path in draft.values if path.endswith("id_number")]


def test_totals_follow_a_mended_answer(definition: Any) -> None:
    draft = _filled(definition, "met")
    before = draft.values["income/total"]
    draft.set("income/wage", draft.values["income/wage"] + 1000)
    recalculate(definition.to_json(), draft, "2026-03-04")
    assert draft.values["income/total"] == before + 1000
    assert _server(definition, draft).faults == ()


def test_rows_in_rows_are_asked_and_reckoned_each_by_itself() -> None:
    draft = Draft("r", "u", "f", "1")
    draft.values = {
        "plots[aaaaaaaa]/crop": "wheat", "plots[bbbbbbbb]/crop": "rice",
        "plots[aaaaaaaa]/years[cccccccc]/grain": 3, "plots[aaaaaaaa]/years[dddddddd]/grain": 4,
        "plots[bbbbbbbb]/years[cccccccc]/grain": 5,
    }  # fmt: skip
    double = {"path": "plots/years/double", "repeat": "plots/years", "calculate": "../grain * 2"}
    total = {"path": "plots/total", "repeat": "plots", "calculate": "sum(/data/plots/years/grain)"}
    count = {"path": "count", "calculate": "count(/data/plots/years)"}
    recalculate({"questions": [double, total, count]}, draft, "2026-11-25")
    assert draft.values["plots[aaaaaaaa]/years[dddddddd]/double"] == 8
    assert draft.values["plots[bbbbbbbb]/years[cccccccc]/double"] == 10
    assert (draft.values["plots[aaaaaaaa]/total"], draft.values["plots[bbbbbbbb]/total"]) == (7, 5)
    assert draft.values["count"] == 3
