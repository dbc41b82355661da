"""The survey sheet of one form, written from its source: groups, questions, topics, rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.rules import Rule, asks

Row = dict[str, str]
ZH, EN = "中文 (zh)", "English (en)"
COLUMNS = {
    "q": "type",
    "name": "name",
    "zh": f"label::{ZH}",
    "en": f"label::{EN}",
    "hint_zh": f"hint::{ZH}",
    "hint_en": f"hint::{EN}",
    "must": "required",
    "when": "relevant",
    "ok": "constraint",
    "ok_zh": f"constraint_message::{ZH}",
    "ok_en": f"constraint_message::{EN}",
    "is": "calculation",
    "look": "appearance",
    "locked": "readonly",
    "save": "save_to",
    "policy": "bind::ruhu:policy",
    "total": "bind::ruhu:calculated",
    "care": "bind::ruhu:sensitivity",
    "role": "bind::ruhu:photo_role",
    "source": "bind::ruhu:source",
    "focus": "bind::ruhu:focus",
    "is_zh": "bind::ruhu:label_zh",
    "is_en": "bind::ruhu:label_en",
    "closed_by": "bind::ruhu:closed_by",
    "missing": "bind::ruhu:missing",
    "rule": "bind::ruhu:rule",
    "level": "bind::ruhu:level",
    "about": "bind::ruhu:about",
}
"""What a source calls a column, and what XLSForm does."""
MISSING = {
    "unknown": ("哪几项说不清", "What they could not tell"),
    "refused": ("哪几项不愿说", "What they would rather not tell"),
}
"""Codes of an answer that is not there; what nobody marks was not asked."""
_SILENT = frozenset({"note", "hidden"})
_OWN = frozenset({"closable", "topic"})


class SourceInvalid(ValueError):
    """A source says something that no form can be made of; the words say where."""


@dataclass(frozen=True, slots=True)
class Pages:
    """One form as its source says it, with the lists, rules and figures it may draw on."""

    form: str
    source: Mapping[str, Any]
    lists: Mapping[str, Sequence[Sequence[str]]]
    rules: Sequence[Rule]
    figures: Mapping[str, Any]


@dataclass(slots=True)
class Topic:
    """Questions that are closed together, and whose missing answers are marked together."""

    toggle: str
    asked: list[Row] = field(default_factory=list)


class Survey:
    """Writes the rows of one form, knowing in which group it stands."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.policy = str(pages.source.get("policy", "first"))
        self.words = _words(pages.source)
        self.stack: list[tuple[str, str]] = []
        self.topic: Topic | None = None
        self.made: dict[str, list[list[str]]] = {}

    def rows(self) -> Iterator[Row]:
        for page in self.pages.source["page"]:
            if "begin" in page:
                yield self._open("group", page["begin"], page)
            for entry in page["rows"]:
                yield from self._entry(entry, page)
            self.topic = None
            while self.stack:
                yield from self._close()

    def _entry(self, entry: Mapping[str, Any], page: Mapping[str, Any]) -> Iterator[Row]:
        if "repeat" in entry:
            yield self._open("repeat", entry["repeat"], entry)
        elif "end" in entry:
            yield from self._close()
        elif "missing" in entry:
            yield from self._missing(entry["missing"])
        elif "topic" in entry:
            yield from self._begin(entry)
        else:
            row = self._question(entry, page)
            yield row
            yield from self._rules(self._path(row["name"]), row)

    def _open(self, kind: str, name: str, told: Mapping[str, Any]) -> Row:
        row = {"q": f"begin_{kind}", "name": name, "zh": told["zh"], "en": told["en"]}
        row["when"] = self._said(told.get("when", ""))
        self.stack.append((kind, name))
        return row

    def _close(self) -> Iterator[Row]:
        path = self._path("")[:-1]
        kind, _ = self.stack.pop()
        yield {"q": f"end_{kind}"}
        yield from self._rules(path, None)

    def _path(self, name: str) -> str:
        return "/".join([*(part for _, part in self.stack), name])

    def _said(self, expression: str) -> str:
        for name, words in self.words.items():
            expression = expression.replace("{" + name + "}", words)
        return expression

    def _begin(self, entry: Mapping[str, Any]) -> Iterator[Row]:
        """A topic; without words it cannot be closed, only its missing answers marked."""
        if "zh" not in entry:
            self.topic = Topic("")
            return
        name = f"{entry['topic']}_unchanged"
        self.topic = Topic(self._path(name))
        row = {"q": "select_one yes", "name": name, "zh": entry["zh"], "en": entry["en"]}
        yield row | {"look": "minimal", "policy": "latest", "care": "P3"}

    def _question(self, entry: Mapping[str, Any], page: Mapping[str, Any]) -> Row:
        told = {k: v for k, v in entry.items() if k not in _OWN}
        row: Row = {k: "yes" if v is True else str(v) for k, v in told.items()}
        unknown = set(row) - set(COLUMNS)
        if unknown:
            raise SourceInvalid(f"{self.pages.form}: {row.get('name')} has {sorted(unknown)}")
        for key in ("when", "ok", "is"):
            row[key] = self._said(row.get(key, ""))
        if row["q"] in _SILENT:
            return row
        if "save" in row and "#" not in row["save"]:
            row["save"] = f"{row['save']}#{row['name']}"
        if "total" not in row:
            row.setdefault("policy", self.policy)
            if row["q"] in ("decimal", "integer") and not row["ok"] and "ok" in page:
                row["ok"], row["ok_zh"], row["ok_en"] = page["ok"]
        row.setdefault("care", str(page.get("care", "P3")))
        self._lock(row, entry.get("closable", "total" not in row))
        return row

    def _lock(self, row: Row, closable: bool) -> None:
        """A closed topic's answers stand as the register has them: read, not changed."""
        if row.get("locked") == "always":
            row["locked"] = "yes"
        elif closable and self.topic is not None:
            self.topic.asked.append(row)
            if "save" in row and self.topic.toggle:
                name = self.topic.toggle.rpartition("/")[2]
                row["locked"] = f"${{{name}}} = 'yes'"
                row["closed_by"] = self.topic.toggle

    def _missing(self, name: str) -> Iterator[Row]:
        """What they could not or would not tell: one question for a topic, not one for each."""
        if self.topic is None:
            raise SourceInvalid(f"{self.pages.form}: {name} has no topic")
        items = f"{name}_items"
        self.made[items] = [[row["name"], row["zh"], row["en"]] for row in self.topic.asked]
        for code, (zh, en) in MISSING.items():
            row = {"q": f"select_multiple {items}", "name": f"{name}_{code}", "zh": zh, "en": en}
            yield row | {"look": "minimal", "policy": "union", "care": "P3", "missing": code}

    def _rules(self, path: str, row: Row | None) -> Iterator[Row]:
        """Warnings that stand after a question; a blocking rule joins its constraint."""
        for number, rule, ask in asks(self.pages.rules, self.pages.form, path):
            when = self._said(ask.when)
            if ask.level == "B" and row is not None:
                both = f"({row['ok']}) and " if row["ok"] else ""
                row["ok"] = f"{both}not({when})"
                row["ok_zh"], row["ok_en"] = ask.zh, ask.en
                row["rule"], row["level"] = rule.id, "B"
                continue
            made = {"name": f"{rule.id.lower().replace('-', '_')}_{number}", "when": when}
            made |= {"rule": rule.id, "level": ask.level, "about": path}
            if ask.level == "W":
                yield made | {"q": "note", "zh": ask.zh, "en": ask.en}
            else:
                yield made | {"q": "hidden", "is_zh": ask.zh, "is_en": ask.en}


def _words(source: Mapping[str, Any]) -> dict[str, str]:
    """{placeholder: expression}: the source's own words, and which purpose opens what."""
    made = dict(source.get("words", {}))
    opens: Mapping[str, Sequence[str]] = source.get("opens", {})
    for section in sorted({name for each in opens.values() for name in each}):
        reasons = ["${purpose} = ''"] if section in opens.get("default", ()) else []
        purposes = [name for name in opens if name != "default" and section in opens[name]]
        reasons += [f"selected(${{purpose}}, '{name}')" for name in purposes]
        reasons.append(f"selected(${{also}}, '{section}')")
        made[f"open.{section}"] = f"({' or '.join(reasons)})"
    return made
