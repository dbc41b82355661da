"""No score, rank or count of suspicion of a person is kept, shown or taken away."""

import ast
import re
from pathlib import Path

import pytest

from server.console import households
from store import schema
from tests.house.trees import ROOT, modules, tracked

MEASURES = re.compile(
    r"(^|_)(score|rank|ranking|rating|risk|suspicion|points|hits|misses|precision)(_|$)"
)
PEOPLE = re.compile(r"(^|_)(user|author|cadre|person|worker|visitor|checker|reviewer|who|by)(_|$)")
SHOWN = re.compile(
    r"评分|得分|打分|排名|排行|积分|可疑度|风险分"
    r"|\b(score|rank|ranking|rating|leaderboard|league)\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"不给任何人打分|scores nobody")
"""The sentences that say that nobody is scored."""
FINDINGS = re.compile(r"\b(Finding|Verdict|Draw|Pick|FindingReply)\b")


@pytest.mark.parametrize("name", sorted(schema.TABLES))
def test_no_table_measures_somebody(name: str) -> None:
    columns = {column.name for column in schema.TABLES[name].columns}
    measures = {each for each in columns if MEASURES.search(each)}
    people = {each for each in columns if PEOPLE.search(each)} - {"ended_by"}
    assert not (measures and people), (name, measures, people)


def grouped() -> list[tuple[str, str]]:
    """(module, what is grouped by) where a module knows findings."""
    found = []
    for name, tree in modules().items():
        source = ast.unparse(tree)
        if not FINDINGS.search(source) or name.startswith("store.backchecks"):
            continue
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        for call in calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "group_by":
                found += [(name, ast.unparse(arg)) for arg in call.args]
    return found


def test_findings_are_grouped_by_nobody() -> None:
    assert grouped()
    wrong = [(name, by) for name, by in grouped() if PEOPLE.search(by.rpartition(".")[2])]
    assert wrong == []


def test_no_page_and_no_schema_shows_one() -> None:
    told = {
        str(path.relative_to(ROOT)): SHOWN.search(DENIED.sub("", path.read_text(encoding="utf-8")))
        for path in tracked()
        if path.suffix in {".html", ".vue"} or path.parts[-2:-1] in [("schemas",), ("description",)]
    }
    assert len(told) > 20 and [name for name, found in told.items() if found] == []


def test_no_list_that_is_taken_away_has_one() -> None:
    sources = [*Path(ROOT / "reports").glob("*.py"), Path(households.__file__)]
    assert len(sources) > 5
    assert [str(p) for p in sources if SHOWN.search(p.read_text(encoding="utf-8"))] == []
