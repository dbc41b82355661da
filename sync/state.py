"""A record in memory while ops are decided: values, who set each, what is sealed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from forms.flatpath import flatten, unflatten
from store.records import Record
from store.seal import Keyring


@dataclass(frozen=True, slots=True)
class Setter:
    """Which op set a path: the record's version it made, its device, its counter there."""

    v: int
    device: str
    n: int


@dataclass(slots=True)
class RecordState:
    """One record. `values` are open, P1 among them only once asked for (`get`)."""

    id: str
    type: str
    unit: str
    area: str
    version: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    setters: dict[str, Setter] = field(default_factory=dict)
    whole: Setter | None = None
    """Who set every present path that `setters` does not name."""
    deleted: bool = False
    changed: bool = False
    row: Record | None = None

    @property
    def exists(self) -> bool:
        return self.version > 0

    def get(self, keys: Keyring, path: str) -> Any:
        if path in self.sealed:
            return keys.open(self.id, path, self.sealed[path])
        return self.values.get(path)

    def has(self, path: str) -> bool:
        return path in self.values or path in self.sealed

    def setter(self, path: str) -> Setter | None:
        found = self.setters.get(path)
        if found is not None:
            return found
        return self.whole if self.has(path) else None

    def put(self, keys: Keyring, path: str, value: Any, sealed: bool) -> None:
        """A None takes the path away; its setter stays, so that older bases see the change."""
        self.values.pop(path, None)
        self.sealed.pop(path, None)
        if value is not None and sealed:
            self.sealed[path] = keys.seal(self.id, path, value)
        elif value is not None:
            self.values[path] = value

    def under(self, row: str) -> Iterator[str]:
        """Paths of a repeat row such as `members[ab12cd34]`, those of rows in it among them."""
        start = row + "/"
        return (p for p in (*self.values, *self.sealed) if p.startswith(start))


def load(row: Record) -> RecordState:
    doc = orjson.loads(row.doc)
    state = RecordState(
        id=row.id,
        type=row.type,
        unit=row.unit,
        area=row.area,
        version=row.version,
        values=flatten(doc.get("set", {}), doc.get("rows", {})),
        sealed=orjson.loads(row.sealed),
        deleted=row.deleted,
        row=row,
    )
    state.whole, state.setters = read_setters(row.fver)
    return state


def doc_text(state: RecordState) -> str:
    set_, rows = unflatten(state.values)
    return orjson.dumps({"set": set_, "rows": rows}).decode()


def read_setters(text: str) -> tuple[Setter | None, dict[str, Setter]]:
    kept = orjson.loads(text)
    devices = kept.get("d", [])
    made = {path: Setter(v, devices[i], n) for path, (v, i, n) in kept.get("p", {}).items()}
    whole = kept.get("*")
    return (Setter(whole[0], devices[whole[1]], whole[2]) if whole else None), made


def setters_text(state: RecordState) -> str:
    """{"d": devices, "*": the setter of all paths not named, "p": {path: [v, device, n]}}."""
    everyone = [*state.setters.values(), *([state.whole] if state.whole else [])]
    devices = sorted({s.device for s in everyone})
    place = {device: i for i, device in enumerate(devices)}
    text: dict[str, Any] = {
        "d": devices,
        "p": {p: [s.v, place[s.device], s.n] for p, s in state.setters.items()},
    }
    if state.whole:
        text["*"] = [state.whole.v, place[state.whole.device], state.whole.n]
    return orjson.dumps(text).decode()


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()
