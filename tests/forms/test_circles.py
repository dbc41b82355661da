"""Questions that need each other, and long chains that do not."""

from forms.circles import circles
from tests.forms.sheets import HEAD, form

TOP = f"## survey\n{HEAD} relevant | calculation |\n"


def rows(*lines: str) -> list[list[str]]:
    return circles(form(TOP + "\n".join(lines)))


def test_a_calculation_that_needs_itself() -> None:
    assert rows("| calculate | a | | | | ${a} + 1 |") == [["a"]]


def test_a_circle_of_three_is_told_once_with_its_way() -> None:
    found = rows(
        "| calculate | a | | | | ${b} |",
        "| calculate | b | | | | ${c} |",
        "| calculate | c | | | | ${a} |",
    )
    assert found == [["a", "b", "c"]]


def test_a_group_that_is_opened_by_its_own_question() -> None:
    found = rows(
        "| begin_group | g | 组 | G | ${q} = '1' |",
        "| text | q | 问 | Q |",
        "| end_group | | | |",
    )
    assert found == [["g/q"]]


def test_rows_of_a_repeat_and_totals_over_them_are_no_circle() -> None:
    found = rows(
        "| begin_repeat | r | 行 | R |",
        "| integer | n | 数 | N |",
        "| calculate | twice | | | | ${n} * 2 |",
        "| end_repeat | | | |",
        "| calculate | total | | | | sum(${twice}) |",
        "| text | why | 为何 | Why | ${total} > 10 |",
    )
    assert found == []


def test_a_name_in_a_text_is_no_reference() -> None:
    assert rows("| calculate | a | | | | '/data/a' |") == []


def test_a_chain_of_a_thousand_is_walked_without_falling() -> None:
    chain = [f"| calculate | c{n} | | | | ${{c{n + 1}}} |" for n in range(1000)]
    assert rows(*chain, "| text | c1000 | 末 | End |") == []
