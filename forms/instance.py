"""A document as nodes that expressions can be asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.flatpath import DEEPEST
from forms.node import Node
from forms.place import Place

_XML_SAFE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)
for _kept in (0x09, 0x0A, 0x0D):
    del _XML_SAFE[_kept]


@dataclass(slots=True)
class _Answers:
    """The answers of a document: outside repeats by path, in rows by repeat, row and path."""

    plain: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """{flat path of the repeat: {row id: {path in the row: value}}}"""

    def put(self, flat: str, value: Any) -> None:
        """One answer by its flat path; rows come into being with their first answer."""
        head, bracket, inner = flat.rpartition("]")
        if not bracket:
            self.plain[flat] = value
            return
        repeat, _, row = head.rpartition("[")
        self.row(repeat, row)[inner[1:]] = value

    def row(self, repeat: str, row: str) -> dict[str, Any]:
        """A row's answers; the rows around it come into being as well."""
        made = self.rows.setdefault(repeat, {}).setdefault(row, {})
        head, bracket, _ = repeat.rpartition("]")
        while bracket and repeat.count("]") <= DEEPEST:
            above, _, outer = head.rpartition("[")
            self.rows.setdefault(above, {}).setdefault(outer, {})
            head, bracket, _ = above.rpartition("]")
        return made


def build(
    places: Sequence[Place], doc: Mapping[str, Any], sealed: Mapping[str, Any]
) -> list[list[Node]]:
    """The nodes of a document by place; answers that the form does not know are left out."""
    answers = _answers(doc, sealed)
    made: list[list[Node]] = [[] for _ in places]
    root = Node(places[0], None, None, "")
    made[0].append(root)
    _fill(root, answers.plain, "", answers.rows, made)
    return made


def _answers(doc: Mapping[str, Any], sealed: Mapping[str, Any]) -> _Answers:
    """The answers of a document of whatever shape came in."""
    set_, rows = doc.get("set"), doc.get("rows")
    answers = _Answers()
    given = dict(set_) if isinstance(set_, Mapping) else {}
    if any("]" in path for path in given):
        for path, value in given.items():
            answers.put(path, value)
    else:
        answers.plain = given
    for repeat, by_row in rows.items() if isinstance(rows, Mapping) else ():
        for row, values in by_row.items() if isinstance(by_row, Mapping) else ():
            if isinstance(values, Mapping):
                answers.row(repeat, row).update(values)
    for path, value in sealed.items():
        answers.put(path, value)
    return answers


def _fill(
    node: Node,
    given: Mapping[str, Any],
    prefix: str,
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]],
    made: list[list[Node]],
) -> None:
    """What stands in a group or row. `prefix` is the flat path of the row around it, if any."""
    kids = node.kids
    for place in node.place.kids:
        if place.question is not None:
            value = given.get(place.inner)
            leaf = Node(place, node, value, "" if value is None else as_text(value))
            made[place.number].append(leaf)
            kids.append(leaf)
        elif place.repeat:
            kids.append(_rows(place, node, prefix, rows, made))
        else:
            group = Node(place, node, None, "")
            made[place.number].append(group)
            kids.append(group)
            _fill(group, given, prefix, rows, made)


def _rows(
    place: Place,
    parent: Node,
    prefix: str,
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]],
    made: list[list[Node]],
) -> list[Node]:
    found: list[Node] = []
    flat = prefix + place.inner
    for row, values in rows.get(flat, {}).items():
        node = Node(place, parent, None, "")
        node.row = row
        found.append(node)
        node.at = len(found)
        made[place.number].append(node)
        _fill(node, values, f"{flat}[{row}]/", rows, made)
    return found


def as_text(value: Any) -> str:
    """An answer as XForms writes it."""
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_XML_SAFE)
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
