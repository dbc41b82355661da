"""A form's questions on a page of the console, and the answers that come back."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request

from forms.definition import FormDefinition, Question, QuestionType
from forms.flatpath import placed
from forms.lineage import repeats_above
from forms.reading import from_text
from server.console.admin.forms import Part, part_of

ROW = "aaaaaaaa"
"""A repeat has one row on the page."""
_FILES = (QuestionType.IMAGE, QuestionType.FILE)


def parts(definition: FormDefinition) -> list[Part]:
    """Questions in the form's order: what follows one another on one page stays together."""
    found: list[Part] = []
    for question in definition.questions:
        if question.type is QuestionType.HIDDEN:
            continue
        place = question.repeat or question.section
        if not found or found[-1].path != place:
            found.append(part_of(definition, place))
        found[-1].questions.append(question)
    return found


def flat(definition: FormDefinition, question: Question) -> str:
    """Where its answer stands, in the one row of each repeat around it."""
    around = repeats_above(definition, question)
    return placed(question.path, around, [ROW] * len(around))


def answers(
    definition: FormDefinition, photo: Mapping[str, Any] | None = None
) -> Iterator[tuple[str, Any]]:
    """(flat path, value) of what a person answered in this request; `photo` stands for each
    photo said to be taken, and without it there are none."""
    for question in definition.questions:
        if question.type is QuestionType.HIDDEN or question.calculate:
            continue
        at = flat(definition, question)
        if question.type in _FILES:
            value: Any = photo if request.form.get(at) else None
        elif question.type is QuestionType.SELECT_MULTIPLE:
            value = [each for each in request.form.getlist(at) if each] or None
        else:
            value = from_text(question.type, request.form.get(at, "").strip())
        if value is not None:
            yield at, value
