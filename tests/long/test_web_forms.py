"""The pack's forms in ODK Web Forms, the other client that anybody may use: each is shown."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from forms.compile import Compiled
from forms.definition import QuestionType
from forms.evaluate import evaluate
from forms.pack import load_pack
from tests.client.node import library, needs_node
from tests.client.shell import served
from tests.kit.browser import browser

pytestmark = [pytest.mark.long, needs_node]
PACK = load_pack("household").forms
SILENT = (QuestionType.HIDDEN, QuestionType.CALCULATE, QuestionType.NOTE)
PROCESS = "globalThis.process = { env: { NODE_ENV: 'production' } }"
"""A library's build keeps these words of Vue's, an app's does not."""
SHOW = """async (xform) => (await import('/app/web_forms.js')).show(xform)"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = library(tmp_path_factory.mktemp("built"), "test/web_forms.js", "web_forms")
    with served(folder) as shell, browser() as opened:
        made = opened.new_page()
        made.add_init_script(PROCESS)
        made.goto(f"{shell.url}/app/")
        yield made


def asked(form: Compiled) -> set[str]:
    """The Chinese words of every question that an empty form asks, outside of repeats."""
    definition = form.definition
    hidden = evaluate(definition, {"set": {}, "rows": {}}, now=datetime.now(UTC)).irrelevant
    return {
        question.label["zh"]
        for question in definition.questions
        if question.type not in SILENT and question.repeat is None
        and question.path not in hidden and "zh" in question.label
    }  # fmt: skip


@pytest.mark.parametrize("form", PACK, ids=[form.definition.form_id for form in PACK])
def test_a_form_of_the_pack_is_shown_with_all_that_it_asks(page: Page, form: Compiled) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.evaluate(SHOW, form.xform)
    page.wait_for_selector(".question-container", timeout=30_000)
    shown = page.inner_text("body")
    wanted = asked(form)
    assert len(wanted) > 1 and {words for words in wanted if words not in shown} == set()
    assert form.definition.title["zh"] in shown and faults == []
