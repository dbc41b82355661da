"""A small form with answers, and expressions asked of it."""

import math
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from forms.code import Code, Scope
from forms.definition import FormDefinition
from forms.evaluate import begin
from forms.instance import build
from forms.node import Run
from forms.plan import listed, plan
from forms.xpath import compiled
from tests.forms.sheets import HEAD, form

NOW = datetime(2026, 10, 18, 12, 30, tzinfo=timezone(timedelta(hours=8)))
FORM = form(f"""
## survey
{HEAD}
| integer | a | 甲 | A |
| integer | b | 乙 | B |
| text | empty | 空 | Empty |
| date | day | 日 | Day |
| select_multiple ill | ill | 病 | Ill |
| begin_repeat | g | 组 | G |
| integer | n | 数 | N |
| begin_repeat | h | 里 | H |
| integer | m | 数 | M |
| end_repeat | | | |
| end_repeat | | | |
| note | told | 说 | Told |
## choices
| list_name | name | label |
| ill | cold | Cold |
| ill | old | Old |
""")
DOCUMENT: dict[str, Any] = {
    "set": {"a": 3, "b": 4, "day": "2026-10-18", "ill": ["cold", "old"]},
    "rows": {
        "g": {"aaaaaaaa": {"n": 1}, "bbbbbbbb": {"n": 5}, "cccccccc": {}},
        "g[aaaaaaaa]/h": {"dddddddd": {"m": 10}, "eeeeeeee": {"m": 20}},
        "g[cccccccc]/h": {"ffffffff": {"m": 30}},
    },
}
LISTS = {
    "towns": listed([{"name": "t1", "size": "5"}, {"name": "t2", "size": "50"}]),
    "quoted": listed([{"name": "a'b", "size": "7"}]),
}


def code(expression: str, at: str = "told", definition: FormDefinition = FORM) -> Code:
    places = plan(definition).places
    here = next(place for place in places if place.path == at)
    return compiled(expression, Scope(places[0], list(places), here, here))


def asked(expression: str, at: str = "told", row: int = 0) -> Any:
    made = plan(FORM)
    run: Run = begin(made, build(made.places, DOCUMENT, {}), NOW, LISTS)
    here = next(place for place in made.places if place.path == at)
    run.current = run.nodes[here.number][row]
    value = code(expression, at).ask(run.current, run)
    return [node.said() for node in value] if isinstance(value, list) else value


def same(told: Any, answer: Any) -> None:
    """Raises AssertionError unless value and kind are the same."""
    if isinstance(answer, float):
        assert isinstance(told, float)
        assert math.isnan(told) if math.isnan(answer) else told == pytest.approx(answer, abs=1e-9)
    else:
        assert told == answer and isinstance(told, type(answer))
