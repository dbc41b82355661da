"""The phone's engine and the server's say the same of the same answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from forms.compile import compile_xlsform
from tests.client.node import needs_node
from tests.forms.agreement.answers import documents
from tests.forms.agreement.invented import invented
from tests.forms.agreement.known import KNOWN, reason
from tests.forms.agreement.reference import (
    Difference,
    Trial,
    asked_of_reference,
    differences,
    ours,
    theirs,
)
from tests.forms.agreement.trials import names, trials
from tests.forms.sheets import workbook

NOON = datetime(2026, 10, 18, 12, 30, tzinfo=timezone(timedelta(hours=8)))
VISITS = 8
pytestmark = needs_node


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Difference]]:
    """{form: where the two differ}"""
    return compared(tmp_path_factory.mktemp("agreement"), VISITS)


def compared(folder: Path, visits: int) -> dict[str, list[Difference]]:
    return differing(trials(visits, NOON), folder)


def differing(tried: list[Trial], folder: Path) -> dict[str, list[Difference]]:
    answers = asked_of_reference(tried, folder, NOON)
    made: dict[str, list[Difference]] = {}
    for trial, answer in zip(tried, answers, strict=True):
        assert "error" not in answer, (trial.name, answer)
        made[trial.name] = []
        for document, told in zip(trial.documents, answer["told"], strict=True):
            assert isinstance(told, list), (trial.name, document, told)
            made[trial.name] += differences(ours(trial, document, NOON), theirs(told))
    return made


def unexplained(found: list[Difference]) -> Iterator[str]:
    for each in found:
        if reason(each) is None:
            yield f"{each.ref}: ours {each.ours}, theirs {each.theirs}"


@pytest.mark.parametrize("form", names())
def test_values_relevance_and_validity_agree(form: str, found: dict[str, list[Difference]]) -> None:
    assert list(unexplained(found[form])) == []


def test_every_difference_that_we_explain_is_there(found: dict[str, list[Difference]]) -> None:
    seen = {reason(each) for several in found.values() for each in several}
    assert set(KNOWN) <= seen


@pytest.mark.long
def test_they_agree_on_many_visits(tmp_path: Path) -> None:
    assert [line for each in compared(tmp_path, 80).values() for line in unexplained(each)] == []


@pytest.mark.long
def test_they_agree_on_rules_that_nobody_wrote(tmp_path: Path) -> None:
    tried = []
    for seed in map(str, range(12)):
        form = compile_xlsform(workbook(invented(seed)))
        answers = documents(form.definition, seed, 8, NOON, {})
        tried.append(Trial(seed, form, answers))
    found = differing(tried, tmp_path)
    assert [line for each in found.values() for line in unexplained(each)] == []
