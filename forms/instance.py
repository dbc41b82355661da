"""A document as an XML instance, so that XPath can be asked about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from forms.definition import FormDefinition, Question
from forms.flatpath import flatten, split

_XML_SAFE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)
for _kept in (0x09, 0x0A, 0x0D):
    del _XML_SAFE[_kept]


@dataclass(slots=True)
class Node:
    """One answer's place in the instance."""

    flat: str
    question: Question
    element: etree._Element
    given: Any


@dataclass(frozen=True, slots=True)
class Instance:
    """The XML root, its answers, and the elements of groups and repeat rows."""

    root: etree._Element
    nodes: tuple[Node, ...]
    groups: tuple[tuple[str, etree._Element], ...]
    """(section path, element): one per group, one per repeat row."""


def build(
    definition: FormDefinition, doc: Mapping[str, Any], sealed: Mapping[str, Any]
) -> Instance:
    """The instance of a document; answers that the definition does not know are left out."""
    given = _answers(doc) | dict(sealed)
    root = etree.Element("data")
    builder = _Builder(root, given, {r.path for r in definition.repeats})
    nodes = tuple(node for q in definition.questions for node in builder.place(q))
    return Instance(root, nodes, tuple(builder.groups()))


def _answers(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Flat answers of a document of whatever shape came in."""
    set_ = doc.get("set")
    rows = doc.get("rows")
    plain = dict(set_) if isinstance(set_, Mapping) else {}
    if not isinstance(rows, Mapping):
        return plain
    sound = {
        repeat: {row: values for row, values in by_row.items() if isinstance(values, Mapping)}
        for repeat, by_row in rows.items()
        if isinstance(by_row, Mapping)
    }
    return flatten(plain, sound)


class _Builder:
    def __init__(self, root: etree._Element, given: Mapping[str, Any], repeats: set[str]) -> None:
        self.root = root
        self.given = given
        self.repeats = repeats
        self.made: dict[str, etree._Element] = {}
        self.rows: dict[str, list[str]] = {repeat: [] for repeat in repeats}
        for path in given:
            repeat, row, _ = split(path) if "[" in path else (None, None, "")
            if repeat in self.rows and row and row not in self.rows[repeat]:
                self.rows[repeat].append(row)

    def place(self, question: Question) -> Iterator[Node]:
        if question.repeat is None:
            yield self._node(question.path, question, question.path, "")
            return
        inner = question.path[len(question.repeat) + 1 :]
        for row in self.rows.get(question.repeat, ()):
            flat = f"{question.repeat}[{row}]/{inner}"
            yield self._node(flat, question, question.path, row)

    def _node(self, flat: str, question: Question, path: str, row: str) -> Node:
        parent = self._container(path.rpartition("/")[0], row)
        element = etree.SubElement(parent, path.rpartition("/")[2])
        given = self.given.get(flat)
        element.text = as_text(given)
        return Node(flat, question, element, given)

    def _container(self, path: str, row: str) -> etree._Element:
        if not path:
            return self.root
        key = f"{path}|{row}" if self._in_repeat(path) else f"{path}|"
        if key not in self.made:
            above = self._container(path.rpartition("/")[0], row)
            self.made[key] = etree.SubElement(above, path.rpartition("/")[2])
        return self.made[key]

    def _in_repeat(self, path: str) -> bool:
        return any(path == r or path.startswith(r + "/") for r in self.repeats)

    def groups(self) -> Iterator[tuple[str, etree._Element]]:
        return ((key.partition("|")[0], element) for key, element in self.made.items())


def as_text(value: Any) -> str:
    """An answer as XForms writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list):
        return " ".join(as_text(item) for item in value)
    if isinstance(value, Mapping):
        return _mapping_text(value)
    return str(value).translate(_XML_SAFE)


def _mapping_text(value: Mapping[str, Any]) -> str:
    if "lat" in value:
        return " ".join(as_text(value.get(key) or 0) for key in ("lat", "lon", "alt", "acc"))
    return as_text(value.get("name") or value.get("sha256") or "")


def listed(figures: Mapping[str, Any]) -> etree._Element:
    """Figures as the secondary instance `figures`: root/item with name and figure."""
    top = etree.Element("instance")
    root = etree.SubElement(top, "root")
    for name, value in figures.items():
        if isinstance(value, int | float):
            item = etree.SubElement(root, "item")
            etree.SubElement(item, "name").text = name
            etree.SubElement(item, "figure").text = as_text(value)
    return top
