"""A form as a sheet of paper: what to print for each question, for the day without a phone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms.definition import Choice, FormDefinition, Question, QuestionType, Section, Text

ROWS = 6
"""Empty lines for a repeat's rows."""
MOST_CHOICES = 30
"""A longer list is not printed; a line to write on is."""
_UNPRINTED = (QuestionType.HIDDEN, QuestionType.CALCULATE)
_BOXES = {
    QuestionType.DATE: "date",
    QuestionType.DATETIME: "moment",
    QuestionType.TIME: "time",
    QuestionType.INTEGER: "figure",
    QuestionType.DECIMAL: "figure",
    QuestionType.GEOPOINT: "place",
    QuestionType.IMAGE: "photo",
    QuestionType.FILE: "photo",
    QuestionType.ACKNOWLEDGE: "tick",
    QuestionType.NOTE: "note",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its number on the paper, what kind of box it needs, its choices."""

    number: int
    question: Question
    box: str
    choices: tuple[Choice, ...] = ()
    several: bool = False


@dataclass(slots=True)
class Block:
    """A group, or a repeat as a table with `rows` empty lines."""

    path: str
    label: Text
    relevant: bool
    repeat: bool
    items: list[Item] = field(default_factory=list)
    rows: int = ROWS
    outer: tuple[Text, ...] = ()
    """What the repeats around it are called, the outermost first: each line says which row of them
    it belongs to."""


def paper(definition: FormDefinition) -> list[Block]:
    """Blocks in the form's order; a block without a printed question is left out."""
    named = {section.path: section for section in definition.sections}
    blocks: list[Block] = []
    number = 0
    for question in _printed(definition):
        number += question.type is not QuestionType.NOTE
        place = question.repeat or question.section
        if not blocks or blocks[-1].path != place:
            blocks.append(_block(place, named.get(place), definition))
        blocks[-1].items.append(_item(number, question, definition))
    return blocks


def _printed(definition: FormDefinition) -> Iterator[Question]:
    """Without the words by which a phone warns: paper cannot tell when they hold."""
    for question in definition.questions:
        warns = question.about is not None
        asked = question.type not in _UNPRINTED and not question.calculate and question.label
        if asked and not warns:
            yield question


def _block(path: str, section: Section | None, definition: FormDefinition) -> Block:
    if section is None:
        return Block(path, {}, False, False)
    around = [r for r in definition.repeats if section.repeat and path.startswith(f"{r.path}/")]
    outer = tuple(r.label for r in sorted(around, key=lambda r: len(r.path)))
    return Block(path, section.label, bool(section.relevant), section.repeat, outer=outer)


def _item(number: int, question: Question, definition: FormDefinition) -> Item:
    choices = definition.choices.get(question.choices or "", ())
    if choices and len(choices) <= MOST_CHOICES:
        several = question.type is QuestionType.SELECT_MULTIPLE
        return Item(number, question, "choices", choices, several)
    return Item(number, question, _BOXES.get(question.type, "line"))
