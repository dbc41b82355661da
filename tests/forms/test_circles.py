"""Questions that need each other, and long chains that do not."""

from forms.circles import circles
from forms.definition import FormDefinition, Question, QuestionType, Section


def rows(*questions: Question, sections: tuple[Section, ...] = ()) -> list[list[str]]:
    return circles(FormDefinition("f", "1", {}, ("zh",), "household", questions, sections, (), {}))


def worked(path: str, calculation: str, repeat: str | None = None) -> Question:
    return Question(path, QuestionType.CALCULATE, calculate=calculation, repeat=repeat)


def asked(path: str, relevant: str | None = None, repeat: str | None = None) -> Question:
    return Question(path, QuestionType.TEXT, relevant=relevant, repeat=repeat)


def test_a_calculation_that_needs_itself() -> None:
    assert rows(worked("a", " /data/a  + 1")) == [["a"]]


def test_a_circle_of_three_is_told_once_with_its_way() -> None:
    found = rows(worked("a", "/data/b"), worked("b", "/data/c"), worked("c", "/data/a"))
    assert found == [["a", "b", "c"]]


def test_questions_that_open_each_other() -> None:
    found = rows(asked("a", "/data/b = '1'"), asked("b", "/data/a = '1'"))
    assert found == [["a", "b"]]


def test_a_group_that_is_opened_by_its_own_question() -> None:
    group = Section("g", {}, relevant="/data/g/q = '1'")
    assert rows(asked("g/q"), sections=(group,)) == [["g/q"]]


def test_rows_of_a_repeat_and_totals_over_them_are_no_circle() -> None:
    found = rows(
        asked("r/n", repeat="r"),
        worked("r/twice", " ../n  * 2", repeat="r"),
        worked("total", "sum( /data/r/twice )"),
        asked("why", " /data/total  > 10"),
    )
    assert found == []


def test_neighbours_in_a_row_that_need_each_other() -> None:
    found = rows(worked("r/a", "../b", "r"), worked("r/b", "current()/../a", "r"))
    assert found == [["r/a", "r/b"]]


def test_a_name_in_a_text_or_a_list_is_no_reference() -> None:
    assert rows(worked("a", "'/data/a'")) == []
    assert rows(worked("a", "instance('data')/data/a")) == []


def test_a_chain_of_a_thousand_is_walked_without_falling() -> None:
    chain = [worked(f"c{n}", f"/data/c{n + 1}") for n in range(1000)]
    assert rows(*chain, asked("c1000")) == []
