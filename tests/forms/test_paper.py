"""A form as blocks to print."""

from forms.author import author
from forms.definition import QuestionType
from forms.pack import Pack
from forms.paper import paper
from forms.template import template
from tests.forms.sheets import HEAD, form


def test_every_question_a_person_answers_is_printed_once_in_order(pack: Pack) -> None:
    for shipped in pack.forms:
        definition = shipped.definition
        printed = [item.question.path for block in paper(definition) for item in block.items]
        shown = (q for q in definition.questions if q.label and not q.calculate)
        asked = [q.path for q in shown if not (q.about or q.type is QuestionType.HIDDEN)]
        assert printed == asked


def test_each_gets_the_box_it_needs() -> None:
    blocks = paper(author(template()).compiled.definition)
    assert [(b.path, b.repeat) for b in blocks] == [("water", False), ("tanks", True), ("", False)]
    boxes = {i.question.path: (i.number, i.box, i.several) for b in blocks for i in b.items}
    assert boxes == {
        "water/has_tap": (1, "choices", False),
        "water/tap_since": (2, "date", False),
        "water/trouble": (3, "choices", True),
        "water/tap_photo": (4, "photo", False),
        "tanks/volume": (5, "figure", False),
        "remark": (6, "line", False),
    }


def test_a_repeat_in_a_repeat_is_a_table_that_says_whose_lines_they_are() -> None:
    made = form(f"""
## survey
{HEAD}
| begin_repeat | plots | 地块 | Plots |
| text | crop | 种 | Crop |
| begin_repeat | years | 年份 | Years |
| integer | yield | 收 | Yield |
| end_repeat | | | |
| end_repeat | | | |
""")
    told = [(b.path, b.repeat, [words["zh"] for words in b.outer]) for b in paper(made)]
    assert told == [("plots", True, []), ("plots/years", True, ["地块"])]
