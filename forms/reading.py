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
    """{flat path of a repeat: its row ids in order}"""


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
    reading = Reading()
    placed = _Rows({"": [("", root)]})
    for repeat in sorted((r.path for r in definition.repeats), key=len):
        placed.find(definition, repeat, order or {}, reading.rows)
    for question in definition.questions:
        if question.type is QuestionType.NOTE:
            continue
        for flat, element in placed.places(question):
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


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of an instance by the path of their repeat; "" is the form itself."""

    known: dict[str, list[tuple[str, etree._Element]]]
    """{path of a repeat: (the start of flat paths in a row, the row's element)}"""

    def find(
        self,
        definition: FormDefinition,
        repeat: str,
        order: Mapping[str, Sequence[str]],
        told: dict[str, list[str]],
    ) -> None:
        """Rows of a repeat whose outer repeats are known; their ids go into `told`."""
        around = [r.path for r in definition.repeats if repeat.startswith(f"{r.path}/")]
        outer = max(around, key=len, default="")
        inner = repeat[len(outer) + 1 :] if outer else repeat
        rows = self.known[repeat] = []
        for start, container in self.known[outer]:
            flat, elements = start + inner, _row_elements(container, inner)
            told[flat] = _row_ids(elements, flat, order.get(flat, ()))
            rows += zip((f"{flat}[{row}]/" for row in told[flat]), elements, strict=True)

    def places(self, question: Question) -> Iterator[tuple[str, etree._Element]]:
        """(flat path, element) of a question: one in each row; none where it is not there."""
        inner = question.path[len(question.repeat) + 1 :] if question.repeat else question.path
        for start, container in self.known[question.repeat or ""]:
            element = _find(container, inner)
            if element is not None:
                yield start + inner, element


def _row_ids(elements: list[etree._Element], repeat: str, order: Sequence[str]) -> list[str]:
    ids: list[str] = []
    for i, element in enumerate(elements):
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
