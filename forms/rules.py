"""Rules as data: written once in a pack, carried by its forms, run on the phone and here.

A rule of level B is a constraint. Of level W it is a note, of level S a hidden question: both are
relevant exactly when the rule is broken, so whoever evaluates the form evaluates the rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.definition import FormDefinition, Question
from forms.evaluate import Evaluation
from forms.flatpath import definition_path, join, rows_around

LEVELS = ("B", "W", "S")
"""Blocks on the phone, warns on the phone, is looked at on the server."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One place where a rule is asked: `when` is true where it is broken."""

    form: str
    at: str
    when: str
    level: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue with all its places."""

    id: str
    level: str
    zh: str
    en: str
    care_zh: str
    care_en: str
    figures: tuple[str, ...]
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold in one document."""

    rule: str
    level: str
    path: str
    """The flat path it is about."""
    zh: str
    en: str


def rules_of(told: Mapping[str, Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Rules as `rules.toml` has them; raises KeyError for one without words."""
    return tuple(
        Rule(
            id=ident,
            level=each["level"],
            zh=each["zh"],
            en=each["en"],
            care_zh=each["care_zh"],
            care_en=each["care_en"],
            figures=tuple(each.get("figures", ())),
            asks=tuple(_ask(ask, each) for ask in each["ask"]),
        )
        for ident, each in told.items()
    )


def _ask(ask: Mapping[str, Any], rule: Mapping[str, Any]) -> Ask:
    when = ask.get("when") or _unmatched(ask["cause"], ask["measures"], rule["matrix"])
    level = ask.get("level", rule["level"])
    return Ask(ask["form"], ask["at"], when, level, ask["zh"], ask["en"])


def _unmatched(cause: str, measures: str, matrix: Mapping[str, Sequence[str]]) -> str:
    """True where no measure is one of those that address the cause."""
    parts = []
    for name, codes in matrix.items():
        any_of = " or ".join(f"code = '{code}'" for code in codes)
        parts.append(f"({cause} = '{name}' and count({measures}[{any_of}]) = 0)")
    return " or ".join(parts)


def asks(rules: Sequence[Rule], form: str, path: str) -> Iterator[tuple[int, Rule, Ask]]:
    """(number within its rule, rule, ask) of what stands after a path of a form."""
    for rule in rules:
        for number, ask in enumerate(rule.asks, start=1):
            if (ask.form, ask.at) == (form, path):
                yield number, rule, ask


def broken(
    definition: FormDefinition, doc: Mapping[str, Any], evaluation: Evaluation
) -> tuple[Broken, ...]:
    """Warnings and server rules that a document breaks; constraints are faults already."""
    return tuple(
        Broken(
            rule=question.rule or "",
            level=question.level or "",
            path=_about(definition, question, row),
            zh=question.label.get("zh", ""),
            en=question.label.get("en", ""),
        )
        for question in definition.questions
        if question.rule and question.about
        for row in _rows(question, doc)
        if _flat(question.path, question.repeat, row) not in evaluation.irrelevant
    )


def _rows(question: Question, doc: Mapping[str, Any]) -> Sequence[str | None]:
    """The rows where it is asked; None for one outside repeats."""
    if question.repeat is None:
        return [None]
    rows = doc.get("rows")
    found = rows.items() if isinstance(rows, Mapping) else ()
    return [
        join(flat, str(row), "")
        for flat, kept in found
        if definition_path(flat) == question.repeat and isinstance(kept, Mapping)
        for row in kept
    ]


def _flat(path: str, repeat: str | None, row: str | None) -> str:
    """A question's flat path in a row, such as `plots[ab12cd34]/years[ef56gh78]`."""
    if repeat is None or row is None:
        return path
    return f"{row}{path[len(repeat) :]}"


def _about(definition: FormDefinition, question: Question, row: str | None) -> str:
    about = definition.by_path.get(question.about or "")
    if about is None:
        return ""
    around = {definition_path(each): each for each in rows_around(row or "")}
    return _flat(about.path, about.repeat, around.get(about.repeat or ""))
