"""An XForms instance as answers: the way back from `forms.instance`.

The phone's reader (`client/src/core/instance.ts`) does the same; both run
`tests/vectors/flatten.json`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from forms.definition import FormDefinition, Question, QuestionType
from forms.flatpath import join
from forms.row_ids import ROW_ID
from forms.safe_xml import XmlBroken, parsed
from store.ids import is_row

ROW = "row"
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.CALCULATE})
_FILES = frozenset({QuestionType.IMAGE, QuestionType.FILE})


class InstanceInvalid(ValueError):
    """This is no instance that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an instance says: answers by flat path, and questions that say nothing."""

    values: dict[str, Any] = field(default_factory=dict)
    blank: list[str] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)


def read(
    definition: FormDefinition,
    xml: bytes,
    order: Mapping[str, Sequence[str]] | None = None,
    files: Mapping[str, Mapping[str, Any]] | None = None,
) -> Reading:
    """Raises InstanceInvalid. A row is known by its `row` attribute, else by its hidden row id,
    else by its place in `order`: the first of them that is a row's id. `files` gives the facts of
    photos by the name that stands in the instance."""
    root = _root(xml)
    given = order or {}
    rows = {r.path: _row_ids(root, r.path, given.get(r.path, ())) for r in definition.repeats}
    reading = Reading(rows=rows)
    for question in definition.questions:
        if question.type is QuestionType.NOTE:
            continue
        for flat, element in _places(root, question, rows):
            value = _value(question, _text(element), files or {})
            if value is None:
                reading.blank.append(flat)
            else:
                reading.values[flat] = value
    return reading


def _root(xml: bytes) -> etree._Element:
    try:
        return parsed(xml)
    except XmlBroken as fault:
        raise InstanceInvalid(str(fault)) from fault


def _places(
    root: etree._Element, question: Question, rows: Mapping[str, list[str]]
) -> Iterator[tuple[str, etree._Element]]:
    """(flat path, element) of a question: one, or one in each row; none where it is not there."""
    if question.repeat is None:
        element = _find(root, question.path)
        if element is not None:
            yield question.path, element
        return
    inner = question.path[len(question.repeat) + 1 :]
    elements = _row_elements(root, question.repeat)
    for row, container in zip(rows[question.repeat], elements, strict=True):
        element = _find(container, inner)
        if element is not None:
            yield join(question.repeat, row, inner), element


def _row_ids(root: etree._Element, repeat: str, order: Sequence[str]) -> list[str]:
    ids: list[str] = []
    for i, element in enumerate(_row_elements(root, repeat)):
        hidden = "".join(_text(node) for node in _children(element, ROW_ID))
        told = (element.get(ROW, ""), hidden, *order[i : i + 1])
        row = next(filter(is_row, told), None)
        if row is None:
            raise InstanceInvalid(f"row {i + 1} of {repeat} has no id")
        if row in ids:
            raise InstanceInvalid(f"row {i + 1} of {repeat} has the id of another: {row}")
        ids.append(row)
    return ids


def _row_elements(root: etree._Element, repeat: str) -> list[etree._Element]:
    above, _, name = repeat.rpartition("/")
    parent = _find(root, above) if above else root
    return [] if parent is None else _children(parent, name)


def _find(element: etree._Element, path: str) -> etree._Element | None:
    here: etree._Element | None = element
    for name in path.split("/"):
        here = next(iter(_children(here, name)), None) if here is not None else None
    return here


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    return [
        child
        for child in parent
        if isinstance(child.tag, str) and etree.QName(child).localname == name
    ]


def _text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _value(question: Question, text: str, files: Mapping[str, Mapping[str, Any]]) -> Any:
    if question.type in _FILES and text in files:
        return dict(files[text])
    return from_text(question.type, text)


def from_text(type_: QuestionType, text: str) -> Any:
    """The value that XForms text stands for; None for blank. What is not of its type stays
    text: it is kept and noted, never refused."""
    if text == "":
        return None
    if type_ in _NUMBERS:
        return _number(text)
    if type_ is QuestionType.SELECT_MULTIPLE:
        return text.split()
    return _point(text) if type_ is QuestionType.GEOPOINT else text


def _number(text: str) -> Any:
    """A number; nothing where it could not be calculated; else the text itself."""
    bare = text.strip()
    if bare in ("", "NaN"):
        return None
    if not _PLAIN.fullmatch(bare):
        return text
    value = float(bare)
    if value in (float("inf"), float("-inf")):
        return text
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _point(text: str) -> Any:
    """`lat lon alt acc`; a 0 for height or accuracy is how XForms says unknown."""
    parts = [_number(part) for part in text.split()]
    if not 2 <= len(parts) <= 4 or not all(isinstance(part, int | float) for part in parts[:2]):
        return text
    made = dict(zip(("lat", "lon"), parts, strict=False))
    beside = zip(("alt", "acc"), parts[2:], strict=False)
    return made | {name: part for name, part in beside if isinstance(part, int | float) and part}
