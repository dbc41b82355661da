"""Two versions, question by question."""

from forms.compare import Comparison, Detail, Kind, compare
from forms.definition import FormDefinition
from tests.forms.sheets import HEAD, compiled

TOP = f"{HEAD} constraint | bind::ruhu:was | bind::ruhu:policy |"
CHOICES = "## choices\n| list_name | name | label::中文 (zh) | label::English (en) |"
OLD = f"""
## survey
{TOP}
| hidden | household |
| text | name | 姓名 | Name |
| integer | age | 年龄 | Age | . < 120 |
| select_one yn | poor | 脱贫户 | Poor |
| text | gone | 走了 | Gone |
| text | swap | 甲 | A |
| text | other | 乙 | B |
{CHOICES}
| yn | yes | 是 | Yes |
| yn | no | 否 | No |
"""
NEW = f"""
## survey
{TOP}
| hidden | household |
| text | full_name | 姓名 | Name | | name |
| decimal | age | 几岁 | Age | . < 130 | | latest |
| select_one yn | poor | 脱贫户 | Poor |
| text | fresh | 新的 | Fresh |
| text | swap | 乙 | B | | other |
| text | other | 甲 | A | | swap |
{CHOICES}
| yn | yes | 是 | Yes |
| yn | unknown | 不清楚 | Unknown |
"""


def version(text: str, number: str) -> FormDefinition:
    return compiled(text, number).definition


def both() -> Comparison:
    return compare(version(OLD, "1"), version(NEW, "2"))


def test_what_came_went_moved_and_changed() -> None:
    told = both()
    assert [(line.kind, line.old, line.new) for line in told.lines] == [
        (Kind.RENAMED, "name", "full_name"),
        (Kind.CHANGED, "age", "age"),
        (Kind.CHANGED, "poor", "poor"),
        (Kind.ADDED, "", "fresh"),
        (Kind.RENAMED, "other", "swap"),
        (Kind.RENAMED, "swap", "other"),
        (Kind.REMOVED, "gone", ""),
    ]
    assert (told.old, told.new, told.same) == ("1", "2", 1)


def test_each_difference_is_told_before_and_after() -> None:
    lines = {line.new: line for line in both().lines}
    assert lines["age"].details == (
        Detail("type", "integer", "decimal"),
        Detail("label", {"zh": "年龄", "en": "Age"}, {"zh": "几岁", "en": "Age"}),
        Detail("constraint", ". < 120", ". < 130"),
        Detail("policy", "first", "latest"),
    )
    [choices] = lines["poor"].details
    assert [c["name"] for c in choices.old] == ["yes", "no"]
    assert [c["name"] for c in choices.new] == ["yes", "unknown"]
    assert lines["full_name"].details == ()


def test_a_version_compared_with_itself_differs_nowhere() -> None:
    told = compare(version(OLD, "1"), version(OLD, "1"))
    assert told.lines == () and told.same == len(version(OLD, "1").questions)


def test_it_becomes_json() -> None:
    told = both().to_json()
    assert told["lines"][0]["kind"] == "renamed" and told["same"] == 1
