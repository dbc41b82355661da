"""Rules asked in a repeat of a repeat."""

from forms.evaluate import evaluate
from forms.rules import broken
from tests.forms.sheets import HEAD, NOON, compiled

IN_ROWS = compiled(f"""
## survey
{HEAD} relevant | bind::ruhu:rule | bind::ruhu:level | bind::ruhu:about |
| begin_repeat | plots | 地块 | Plots |
| text | crop | 种 | Crop |
| begin_repeat | years | 年份 | Years |
| integer | grain | 收 | Grain |
| note | R_90 | 收成太多 | Too much | ${{grain}} > 90 | R-90 | W | plots/years/grain |
| note | R_91 | 不种稻 | No rice | ${{grain}} > 0 and ${{crop}} = 'rice' | R-91 | W | plots/crop |
| end_repeat | | | |
| end_repeat | | | |
""").definition


def test_a_rule_in_a_repeat_of_a_repeat_names_the_row_that_breaks_it() -> None:
    rows = {
        "plots": {"aaaaaaaa": {"crop": "rice"}, "cccccccc": {"crop": "wheat"}},
        "plots[aaaaaaaa]/years": {"bbbbbbbb": {"grain": 5}},
        "plots[cccccccc]/years": {"bbbbbbbb": {"grain": 5}, "dddddddd": {"grain": 95}},
    }
    document = {"set": {}, "rows": rows}
    told = broken(IN_ROWS, document, evaluate(IN_ROWS, document, now=NOON))
    assert {(each.rule, each.path) for each in told} == {
        ("R-90", "plots[cccccccc]/years[dddddddd]/grain"),
        ("R-91", "plots[aaaaaaaa]/crop"),
    }
