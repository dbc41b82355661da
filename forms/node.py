"""What expressions are asked about: the answers of one document, and the rows of lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from forms.place import Place

MOST_VISITED = 3_000_000
"""How many nodes one evaluation may look at: some two seconds. Ten thousand rows that each ask
about ten thousand others would take minutes."""


class TooMuch(Exception):
    """This document asks for more work than an evaluation may take."""


class Node:
    """One question, group or row of the document at hand."""

    __slots__ = ("at", "given", "kids", "on", "parent", "place", "row", "text")

    def __init__(self, place: Place, parent: "Node | None", given: Any, text: str) -> None:
        self.place = place
        self.parent = parent
        self.given = given
        self.text = text
        """What expressions see: nothing where the question does not apply."""
        self.on = True
        self.kids: list[Any] = []
        """In the order of the form: a node each, a list of rows for a repeat."""
        self.row = ""
        self.at = 1
        """Which of its repeat's rows it is, from 1."""

    @property
    def name(self) -> str:
        return self.place.name

    def said(self) -> str:
        """XPath's string value; of a group all that is said in it."""
        if not self.kids:
            return self.text
        return "".join(node.said() for node in self.children())

    def children(self) -> Iterator["Node"]:
        for kid in self.kids:
            if isinstance(kid, list):
                yield from kid
            else:
                yield kid

    def named(self, name: str) -> "list[Node]":
        index = self.place.index.get(name)
        if index is None:
            return []
        kid = self.kids[index]
        return kid if isinstance(kid, list) else [kid]

    def flat(self) -> str:
        """Its flat path, as `people[ab12cd34]/age`; "" for the form itself."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            parts.append(f"{node.name}[{node.row}]" if node.row else node.name)
            node = node.parent
        return "/".join(reversed(parts))


class Item:
    """One element of a list: the list itself, a row, or a row's column."""

    __slots__ = ("_by_name", "at", "indexes", "kids", "name", "parent", "text")

    def __init__(self, name: str, text: str = "", kids: "list[Item] | None" = None) -> None:
        self.name = name
        self.text = text
        self.kids = kids or []
        self.parent: Item | None = None
        self.at = 1
        self.indexes: dict[tuple[str, str], dict[str, list[Item]]] = {}
        self._by_name: dict[str, list[Item]] | None = None
        counts: dict[str, int] = {}
        for kid in self.kids:
            kid.parent = self
            kid.at = counts[kid.name] = counts.get(kid.name, 0) + 1

    def said(self) -> str:
        return "".join(kid.said() for kid in self.kids) if self.kids else self.text

    def children(self) -> "Iterator[Item]":
        return iter(self.kids)

    def named(self, name: str) -> "list[Item]":
        if self._by_name is None:
            self._by_name = {}
            for kid in self.kids:
                self._by_name.setdefault(kid.name, []).append(kid)
        return self._by_name.get(name, [])

    def found(self, name: str, column: str, value: str) -> "list[Item]":
        """Rows `name` whose `column` says `value`: looked up, for lists have ten thousand rows."""
        return self.index(name, column).get(value, [])

    def index(self, name: str, column: str) -> "Mapping[str, list[Item]]":
        """{what `column` says: its rows}"""
        index = self.indexes.get((name, column))
        if index is None:
            index = {}
            for row in self.named(name):
                for said in {cell.said() for cell in row.named(column)}:
                    index.setdefault(said, []).append(row)
            self.indexes[name, column] = index
        return index


AnyNode: TypeAlias = Node | Item


@dataclass(slots=True)
class Run:
    """One evaluation: its document, its moment, its lists."""

    nodes: list[list[Node]]
    """By place: its nodes in the order of the document."""
    now: datetime
    lists: Mapping[str, Item] = field(default_factory=dict)
    shift: float = 0.0
    """The time zone of `now`, in days."""
    language: str = ""
    current: Any = None
    """The node for which an expression is asked, within its conditions too."""
    position: int = 1
    size: int = 1
    visited: int = 0

    def visit(self, amount: int) -> None:
        """Raises TooMuch."""
        self.visited += amount
        if self.visited > MOST_VISITED:
            raise TooMuch
