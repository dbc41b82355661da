"""A draft tried out in the browser: answered, judged by the server, kept nowhere."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson
from flask import render_template, request

from forms import drafts
from forms.definition import FormDefinition, Question, QuestionType
from forms.evaluate import Evaluation
from forms.flatpath import placed, unflatten
from forms.lineage import repeats_above
from forms.reading import from_text
from server.api.drafts import seen
from server.auth.guard import signed_in
from server.console.admin.forms import Part, part_of
from server.console.blueprint import blp
from server.services import session
from server.transaction import reads
from store import clock

ROW = "aaaaaaaa"
"""A repeat is tried with one row."""
_PHOTO = {"name": "photo.jpg", "sha256": "0" * 64}
_FILES = (QuestionType.IMAGE, QuestionType.FILE)


@blp.get("/forms/drafts/<string:form>/try")
@signed_in
@reads
def try_form(form: str) -> str:
    """The draft's questions, empty."""
    return _page(form, {})


@blp.post("/forms/drafts/<string:form>/try")
@signed_in
@reads
def tried_form(form: str) -> str:
    """The same page with the answers, and what the server makes of them."""
    definition = drafts.parsed(seen(form).definition)
    return _page(form, dict(_answers(definition)), judged=True)


def _page(form: str, answers: dict[str, Any], judged: bool = False) -> str:
    row = seen(form)
    definition = drafts.parsed(row.definition)
    set_, rows = unflatten(answers)
    told = drafts.try_out(session(), row, {"set": set_, "rows": rows}, clock.parse(clock.now()))
    return render_template(
        "admin/form_try.html",
        row=row,
        title=orjson.loads(row.title),
        definition=definition,
        parts=_parts(definition),
        flat=partial(_flat, definition),
        answers=answers,
        told=told,
        faults=_faults(told) if judged else {},
        judged=judged,
    )


def _parts(definition: FormDefinition) -> list[Part]:
    """Questions in the form's order: what follows one another on one page stays together."""
    parts: list[Part] = []
    for question in definition.questions:
        place = question.repeat or question.section
        if not parts or parts[-1].path != place:
            parts.append(part_of(definition, place))
        parts[-1].questions.append(question)
    return parts


def _flat(definition: FormDefinition, question: Question) -> str:
    """Where its answer stands, in the one row of each repeat around it."""
    around = repeats_above(definition, question)
    return placed(question.path, around, [ROW] * len(around))


def _answers(definition: FormDefinition) -> Iterator[tuple[str, Any]]:
    for question in definition.questions:
        at = _flat(definition, question)
        if question.type in _FILES:
            value: Any = _PHOTO if request.form.get(at) else None
        elif question.type is QuestionType.SELECT_MULTIPLE:
            value = request.form.getlist(at) or None
        else:
            value = from_text(question.type, request.form.get(at, "").strip())
        if value is not None:
            yield at, value


def _faults(told: Evaluation) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for fault in told.faults:
        found.setdefault(fault.path, []).append(fault)
    return found
