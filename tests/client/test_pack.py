"""The pack's forms in the phone's engine: each opens there, and rules break there as here."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from forms.compile import Compiled
from forms.evaluate import evaluate
from forms.flatpath import flatten
from forms.pack import Pack
from forms.row_ids import ROW_ID
from store.parameters import stored
from tests.client.node import library, needs_node
from tests.client.shell import served
from tests.forms.sheets import HEAD as SHEET
from tests.forms.sheets import compiled as made_from
from tests.kit.browser import browser

pytestmark = needs_node
HEAD = {"full_name": "陈福", "relation": "01", "sex": "male", "birth": "1950-05-02",
        "labour": "none", "in_school": "no", "id_number": "11010119500502001X"}  # fmt: skip
CHILD = {"full_name": "陈小满", "relation": "07", "sex": "female", "birth": "2016-03-01",
         "in_school": "no", "id_number": "110101201603010021"}  # fmt: skip
MET = {"household": "h", "door/outcome": "met"}
WHOLE = MET | {
    "door/purpose": ["survey"], "people/attribute": "dibao", "people/cause_main": "illness",
    "income/wage": 0, "income/business": 100, "income/business_cost": 400, "income/pension": 0,
    "living/housing_grade": "D", "living/housing_conclusion": "graded_safe",
    "living/water_conclusion": "safe", "living/water_litres": 5, "living/water_certificate": "no",
    "food/staple": "no", "medical/hospital_total": 30000, "schooling/school_gap": "nobody",
    "finish/problem": "no",
}  # fmt: skip
CASES: list[tuple[str, str, dict[str, Any], dict[str, dict[str, Any]]]] = [
    ("a closed door", "household_visit", {"household": "h", "door/outcome": "refused"}, {}),
    ("no purpose", "household_visit", MET, {"aaaaaaaa": HEAD}),
    ("what breaks rules", "household_visit", WHOLE, {"aaaaaaaa": HEAD, "bbbbbbbb": CHILD}),
    ("two heads", "household_visit", MET | {"door/also": ["food"]},
     {"aaaaaaaa": HEAD, "bbbbbbbb": HEAD | {"id_number": "110101195005020013"}}),
    ("a village", "village_base",
     {"base/households": 10, "base/people": 90, "base/wubao": 1, "base/wubao_central": 2,
      "economy/posts": 3, "economy/posts_forest": 1, "economy/fund_households": 5,
      "base/poor_households": 4}, {}),
    ("a water certificate", "village_water",
     {"supply/households": 10, "supply/covered": 9, "supply/tap_households": 8,
      "lab/turbidity": 9.5, "certified/water_conclusion": "safe"}, {}),
    ("a home too large", "relocation", {"home/persons": 2, "home/area": 70}, {}),
]  # fmt: skip


PROCESS = "globalThis.process = { env: { NODE_ENV: 'production' } }"
"""A library's build keeps these words of Vue's, an app's does not."""
OPENED = """async (form) => (await import('/app/judge.js')).opened(form)"""
ROWED = """async (given) => (await import('/app/judge.js')).rowed(...given)"""
JUDGED = """async ([form, values, rows]) =>
  (await import('/app/judge.js')).judged(form, values, rows)"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = library(tmp_path_factory.mktemp("built"), "test/judge.ts", "judge")
    with served(folder) as shell, browser() as opened:
        made = opened.new_page()
        made.add_init_script(PROCESS)
        made.goto(f"{shell.url}/app/")
        yield made


def phone_form(compiled: Compiled) -> dict[str, Any]:
    """A form as the phone keeps it."""
    definition = compiled.definition
    return {
        "form": definition.form_id,
        "version": definition.version,
        "sha256": "",
        "definition": definition.to_json(),
        "xform": compiled.xform,
    }


def test_every_form_opens_in_the_engine_with_all_its_questions(page: Page, pack: Pack) -> None:
    for compiled in pack.forms:
        paths = set(page.evaluate(OPENED, phone_form(compiled)))
        asked = {q.path for q in compiled.definition.questions if q.repeat is None}
        assert asked <= paths, compiled.definition.form_id


@pytest.mark.parametrize(
    ("form", "values", "rows"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_engine_and_the_server_agree(
    page: Page, pack: Pack, form: str, values: dict[str, Any], rows: dict[str, dict[str, Any]]
) -> None:
    """What is asked, which rules are broken, what the totals come to."""
    compiled = next(c for c in pack.forms if c.definition.form_id == form)
    nested = {"people/members": rows} if rows else {}
    figures = {f["name"]: stored(f) for f in pack.parameters if f["since"] <= "2026-01-01"}
    ours = evaluate(
        compiled.definition, {"set": values, "rows": nested}, now=datetime.now(UTC), figures=figures
    )
    flat = flatten(values, nested)
    theirs = page.evaluate(
        JUDGED,
        [phone_form(compiled), flat, {repeat: list(each) for repeat, each in nested.items()}],
    )
    ours_shown = {p: v for p, v in ours.values.items() if p not in ours.irrelevant}
    assert set(theirs["irrelevant"]) == ours.irrelevant
    assert theirs["calculated"] == ours_shown
    assert set(theirs["wrong"]) == {f.path for f in ours.faults if f.rule == "constraint"}


def test_a_rows_hidden_id_is_the_rows_own(page: Page, pack: Pack) -> None:
    """Prefilled, added, hidden for a while or opened again: the form and the app say one id."""
    compiled = next(c for c in pack.forms if c.definition.form_id == "household_visit")
    repeat, ids = "people/members", ["bbbbbbbb", "aaaaaaaa"]
    values = WHOLE | flatten({}, {repeat: {"aaaaaaaa": HEAD, "bbbbbbbb": CHILD}})
    hide = ["door/outcome", "refused", "met"]
    told = page.evaluate(ROWED, [phone_form(compiled), values, {repeat: ids}, repeat, hide])
    assert told["opened"] == {row: row for row in ids}
    assert list(told["added"])[:2] == ids and len(told["added"]) == 3
    assert told["added"] == {row: row for row in told["added"]} == told["again"]
    assert not told["hidden"] and told["shown"] == told["added"]
    assert not [path for path in told["sent"] if path.endswith(ROW_ID)]


NESTED = f"""
## survey
{SHEET} relevant | constraint |
| hidden | household |
| text | open | 开 | Open |
| begin_repeat | plots | 地块 | Plots | ${{open}} = 'yes' |
| text | crop | 种 | Crop |
| begin_repeat | years | 年份 | Years |
| integer | grain | 收 | Grain | | . < 100 |
| text | why | 为何 | Why | ${{grain}} > 50 and ${{crop}} = 'wheat' |
| end_repeat | | | |
| end_repeat | | | |
"""
PLOTS = {
    "plots": {"aaaaaaaa": {"crop": "wheat"}, "cccccccc": {"crop": "rice"}},
    "plots[aaaaaaaa]/years": {"bbbbbbbb": {"grain": 60}, "dddddddd": {"grain": 200}},
    "plots[cccccccc]/years": {"bbbbbbbb": {"grain": 70}},
}


def test_the_engine_and_the_server_agree_on_rows_in_rows(page: Page) -> None:
    """What applies in each inner row, and which id each has, added or opened again."""
    made = made_from(NESTED)
    values = {"household": "h", "open": "yes"}
    ours = evaluate(made.definition, {"set": values, "rows": PLOTS}, now=datetime.now(UTC))
    order = {repeat: list(rows) for repeat, rows in PLOTS.items()}
    flat = flatten(values, PLOTS)
    theirs = page.evaluate(JUDGED, [phone_form(made), flat, order])
    assert set(theirs["irrelevant"]) == ours.irrelevant == {"plots[cccccccc]/years[bbbbbbbb]/why"}
    wrong = {f.path for f in ours.faults if f.rule == "constraint"}
    assert set(theirs["wrong"]) == wrong == {"plots[aaaaaaaa]/years[dddddddd]/grain"}
    repeat, hide = "plots[aaaaaaaa]/years", ["open", "no", "yes"]
    told = page.evaluate(ROWED, [phone_form(made), flat, order, repeat, hide])
    assert told["opened"] == {row: row for row in order[repeat]}
    assert list(told["added"])[:2] == order[repeat] and len(told["added"]) == 3
    assert told["added"] == {row: row for row in told["added"]} == told["again"]
    assert not told["hidden"] and told["shown"] == told["added"]
    assert told["sent"] == flat
