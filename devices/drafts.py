"""A visit while it is being filled in, and what of it has changed since it was opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from devices.ids import row_id
from devices.mirror import Mirrored
from devices.store import Store, dumps, loads

Flat = dict[str, Any]
_IN_ROW = re.compile(
    r"(?P<repeat>(?:[^\[\]]+\[[a-z0-9]{8}\]/)*[^\[\]]+)\[(?P<row>[a-z0-9]{8})\]"
    r"(?:/(?P<path>[^\[\]]+))?"
)
_ROW = re.compile(r"\[[a-z0-9]{8}\]")


@dataclass
class Draft:
    """One filled form on this phone.

    `base` is the version of the document last pulled when the edit opened and never moves after;
    `original` is what the server is known to have, `values` what the person sees: the difference
    is what will be sent. A later pull changes none of it.
    """

    rec: str
    unit: str
    form: str
    form_v: str
    base: dict[str, Any] | None = None
    seen: dict[str, int] = field(default_factory=dict)
    original: Flat = field(default_factory=dict)
    values: Flat = field(default_factory=dict)
    open: bool = True
    confirmed: list[str] = field(default_factory=list)
    """Paths that the person looked at and called unchanged, in this edit."""

    def confirm(self, path: str) -> None:
        if path not in self.confirmed:
            self.confirmed.append(path)

    def set(self, path: str, value: Any) -> None:
        self.values[path] = value

    def clear(self, path: str) -> None:
        self.values.pop(path, None)

    def rows(self, repeat: str) -> list[str]:
        """Row ids of a repeat by its flat path, in the order they came."""
        start = f"{repeat}["
        found = (path for path in self.values if path.startswith(start))
        return list(dict.fromkeys(path[len(start) :].partition("]")[0] for path in found))

    def repeats(self, repeat: str) -> list[str]:
        """The flat paths at which a repeat of the form has rows."""
        rows = (row for path in self.values for row in rows_around(path))
        flat = (row.rpartition("[")[0] for row in rows)
        return list(dict.fromkeys(each for each in flat if _bare(each) == repeat))

    def add_row(self, repeat: str, values: Mapping[str, Any], salt: str) -> str:
        row = row_id(f"{self.rec}/{repeat}/{salt}".encode())
        for path, value in values.items():
            self.values[f"{repeat}[{row}]/{path}"] = value
        return row

    def delete_row(self, repeat: str, row: str) -> None:
        start = f"{repeat}[{row}]/"
        self.values = {p: v for p, v in self.values.items() if not p.startswith(start)}


@dataclass(frozen=True)
class Delta:
    """The wire form of a change: `{path: value}`, rows by repeat and id, what was taken away."""

    set: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]]
    delete: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.set or self.rows or self.delete)


def delta(original: Mapping[str, Any], values: Mapping[str, Any]) -> Delta:
    """What to send so that `original` becomes `values`. A row without any value left is deleted
    as a row, so that another phone's answers in it are not silently kept half; rows in it go with
    it."""
    changed = {p: v for p, v in values.items() if p not in original or not same(original[p], v)}
    living = {row for path in values for row in rows_around(path)}
    gone: list[str] = []
    for path in original:
        if path in values:
            continue
        named = next((row for row in rows_around(path) if row not in living), path)
        if named not in gone:
            gone.append(named)
    set_, rows = nested(changed)
    return Delta(set_, rows, tuple(gone))


def same(one: Any, other: Any) -> bool:
    """Equal as answers: 36000 is 36000.0, but 1 is not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def rows_around(path: str) -> list[str]:
    """The rows that a path stands in, the outermost first: `a[…]`, `a[…]/b[…]`."""
    return [path[: found.end()] for found in _ROW.finditer(path)]


def nested(flat: Mapping[str, Any]) -> tuple[Flat, dict[str, dict[str, Flat]]]:
    """Flat paths as they travel: (set, rows)."""
    set_: Flat = {}
    rows: dict[str, dict[str, Flat]] = {}
    for path, value in flat.items():
        found = _IN_ROW.fullmatch(path)
        if found is None:
            set_[path] = value
        else:
            rows.setdefault(found["repeat"], {}).setdefault(found["row"], {})[found["path"]] = value
    return set_, rows


def flattened(doc: Mapping[str, Any]) -> Flat:
    flat: Flat = dict(doc.get("set", {}))
    for repeat, by_row in doc.get("rows", {}).items():
        for row, values in by_row.items():
            for path, value in values.items():
                flat[f"{repeat}[{row}]/{path}"] = value
    return flat


def prefilled(
    form: Mapping[str, Any], household: Mirrored, members: Iterable[Mirrored]
) -> tuple[Flat, dict[str, int]]:
    """(values, versions seen) of a new visit: the register's answers written as data, each
    member in a row whose id follows from the member's own, whatever the order of rows."""
    values: Flat = {form["unit_path"]: household.id}
    seen = {household.id: household.v}
    questions = [q for q in form["questions"] if _is_registered(q)]
    for question in questions:
        if question.get("dataset") == "household":
            _copy(values, question["path"], household, question["save_to"])
    for entity in form["entities"]:
        repeat = entity["container"]
        if entity["dataset"] == "member" and repeat and not _in_repeat(form, repeat):
            inner = [q for q in questions if q.get("repeat") == repeat]
            for member in members:
                seen[member.id] = member.v
                _member_row(values, repeat, inner, member)
    return values, seen


def _in_repeat(form: Mapping[str, Any], path: str) -> bool:
    """Nobody knows in which outer row a person of the register would stand."""
    repeats = (s["path"] for s in form.get("sections", ()) if s.get("repeat"))
    return any(path.startswith(f"{repeat}/") for repeat in repeats)


def _member_row(
    values: Flat, repeat: str, questions: Iterable[Mapping[str, Any]], member: Mirrored
) -> None:
    row = f"{repeat}[{row_id(member.id.encode())}]"
    for question in questions:
        path = f"{row}/{question['path'].removeprefix(repeat + '/')}"
        if question.get("dataset") == "member":
            _copy(values, path, member, question["save_to"])
        elif question.get("type") == "hidden" and not question.get("rule"):
            # which person of the register the row is about
            values[path] = member.id


def _is_registered(question: Mapping[str, Any]) -> bool:
    """What each visit finds anew (policy `latest`) is no fact about the household: how the last
    visit went must not stand there as the answer of this one. Totals are reckoned."""
    return not question.get("calculated") and question.get("policy") != "latest"


def _copy(values: Flat, path: str, entity: Mirrored, name: str) -> None:
    known = entity.doc.get("set", {})
    if known.get(name) is not None:
        values[path] = known[name]


def confirmed(form: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Answers whose topic was closed as "asked through, nothing changed"."""
    closed = {q["path"]: q["closed_by"] for q in form["questions"] if q.get("closed_by")}
    return [path for path in values if values.get(closed.get(_bare(path), "")) == "yes"]


def _bare(path: str) -> str:
    return _ROW.sub("", path)


class Drafts:
    """Drafts survive everything: each save is one commit."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, draft: Draft) -> None:
        self._store.run(
            "INSERT OR REPLACE INTO drafts (rec, unit, open, body) VALUES (?, ?, ?, ?)",
            draft.rec, draft.unit, int(draft.open), dumps(asdict(draft)),
        )  # fmt: skip

    def get(self, rec: str) -> Draft | None:
        row = self._store.row("SELECT body FROM drafts WHERE rec = ?", rec)
        return None if row is None else Draft(**loads(row["body"]))

    def known(self) -> list[str]:
        return [row["rec"] for row in self._store.rows("SELECT rec FROM drafts ORDER BY rec")]
