"""A filled form as a person reads it: by groups, repeats as tables, nothing swallowed. Pure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType, Section, Subject, Text
from forms.flatpath import definition_path, join, split
from store import ids
from verify.labels import Named, Names

OTHER: Text = {
    "zh": "其他内容（表单里没有名称）",
    "en": "Other values (without a name in the form)",
}
UNSEEN = frozenset({QuestionType.NOTE, QuestionType.HIDDEN})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with everything that was said about it."""

    named: Named
    value: Any
    sealed: bool = False
    """The value is masked; showing it is an act of its own."""
    server: Any = None
    """The server's own figure, where it differs from the phone's."""
    faults: tuple[Text, ...] = ()
    asked: str = ""
    """The last return's comment."""
    changed: bool = False
    """Since the last return."""

    @property
    def path(self) -> str:
        return self.named.path


@dataclass(frozen=True, slots=True)
class Table:
    """A repeat: one line per row, one cell per question."""

    path: str
    label: Text
    heads: tuple[Named, ...]
    rows: tuple[tuple[Answer, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One page of the form."""

    path: str
    label: Text
    answers: tuple[Answer, ...] = ()
    tables: tuple[Table, ...] = ()
    blank: tuple[Named, ...] = ()
    """Questions that apply and have no answer."""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the answers beside their values; every key is a flat path."""

    masked: Mapping[str, str] = field(default_factory=dict)
    server: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    changed: Set[str] = frozenset()
    irrelevant: Set[str] | None = None
    """Paths that do not apply; None where nobody has reckoned that yet."""


def groups(
    definition: FormDefinition | None, values: Mapping[str, Any], about: About
) -> tuple[Group, ...]:
    """The groups with anything to show; values that no question names come last."""
    names = Names(definition)
    made: list[Group] = []
    if definition is not None:
        tops = [s for s in definition.sections if not s.repeat]
        loose = Section("", {})
        made = [_group(definition, names, section, values, about) for section in [loose, *tops]]
        made += _orphans(definition, names, values, about)
    other = _other(definition, names, values, about)
    return tuple(g for g in [*made, *other] if g.answers or g.tables)


def _group(
    definition: FormDefinition,
    names: Names,
    section: Section,
    values: Mapping[str, Any],
    about: About,
) -> Group:
    asked = [q for q in definition.questions if q.section == section.path and not q.repeat]
    answers = tuple(
        _answer(names.bare(q.path), values, about)
        for q in asked
        if _shows(q, q.path, values, about)
    )
    inside = [r for r in definition.repeats if _parent(definition, r) == section.path]
    tables = (_table(definition, names, repeat, values, about) for repeat in inside)
    blank = tuple(names.bare(q.path) for q in asked if _is_blank(definition, q, values, about))
    return Group(section.path, section.label, answers, tuple(t for t in tables if t.rows), blank)


def _parent(definition: FormDefinition, repeat: Section) -> str:
    """The group that a repeat stands in; "" for none."""
    above = repeat.path.rpartition("/")[0]
    return above if any(s.path == above for s in definition.sections) else ""


def _orphans(
    definition: FormDefinition, names: Names, values: Mapping[str, Any], about: About
) -> list[Group]:
    """Repeats inside repeats: a table of their own each."""
    tops = {s.path for s in definition.sections if not s.repeat} | {""}
    deep = [r for r in definition.repeats if _parent(definition, r) not in tops]
    tables = [_table(definition, names, repeat, values, about) for repeat in deep]
    return [Group(t.path, t.label, (), (t,)) for t in tables if t.rows]


def _shows(question: Question, flat: str, values: Mapping[str, Any], about: About) -> bool:
    """Answered, at fault, asked about or changed. Photos that were taken have their own place."""
    if question.type in UNSEEN:
        return False
    if flat in values or flat in about.masked:
        return not (question.type is QuestionType.IMAGE and _is_file(values.get(flat)))
    return flat in about.faults or flat in about.asked or flat in about.changed


def _is_file(value: Any) -> bool:
    """A photo that is attached; anything else in its place is an answer to look at."""
    sha = value.get("sha256") if isinstance(value, Mapping) else None
    return isinstance(sha, str) and len(sha) == 64


def _is_blank(
    definition: FormDefinition, question: Question, values: Mapping[str, Any], about: About
) -> bool:
    flat = question.path
    if question.type in UNSEEN or flat in values or flat in about.masked or flat in about.faults:
        return False
    if _is_tick(definition, question) or question.missing or question.read_only:
        return False
    return about.irrelevant is not None and flat not in about.irrelevant


def _is_tick(definition: FormDefinition, question: Question) -> bool:
    """A box to tick: left alone, it says no, and nothing is missing."""
    choices = definition.choices.get(question.choices or "", ())
    return question.type is QuestionType.SELECT_ONE and len(choices) == 1


def _answer(named: Named, values: Mapping[str, Any], about: About) -> Answer:
    flat = named.path
    value = about.masked.get(flat, values.get(flat))
    server = about.server.get(flat)
    return Answer(
        named,
        value,
        sealed=flat in about.masked,
        server=server if flat in about.server and not same(server, value) else None,
        faults=tuple(about.faults.get(flat, ())),
        asked=about.asked.get(flat, ""),
        changed=flat in about.changed,
    )


def same(one: Any, other: Any) -> bool:
    """Equal as answers: 36000 is 36000.0, and cents do not matter."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 0.005
    return bool(one == other)


def _table(
    definition: FormDefinition,
    names: Names,
    repeat: Section,
    values: Mapping[str, Any],
    about: About,
) -> Table:
    asked = [q for q in definition.questions if q.repeat == repeat.path and q.type not in UNSEEN]
    everything = [*values, *about.masked, *about.faults]
    start = repeat.path + "["
    rows = list(
        dict.fromkeys(p[len(start) :].partition("]")[0] for p in everything if p.startswith(start))
    )
    inner = {q.path: q.path.removeprefix(repeat.path + "/") for q in asked}
    rows = _in_order(definition, repeat, asked, values, rows)
    shown = [
        q
        for q in asked
        if any(_shows(q, join(repeat.path, r, inner[q.path]), values, about) for r in rows)
    ]
    cells = tuple(
        tuple(
            _answer(names.bare(join(repeat.path, row, inner[q.path])), values, about) for q in shown
        )
        for row in rows
    )
    heads = tuple(names.bare(q.path) for q in shown)
    return Table(repeat.path, repeat.label, heads, cells)


def _in_order(
    definition: FormDefinition,
    repeat: Section,
    asked: Sequence[Question],
    values: Mapping[str, Any],
    rows: list[str],
) -> list[str]:
    """Rows carry no order of their own; the first choice's list gives one: the head comes first."""
    first = next((q for q in asked if q.type is QuestionType.SELECT_ONE), None)
    if first is None:
        return rows
    leaf = first.path.removeprefix(repeat.path + "/")
    listed = [choice.name for choice in definition.choices.get(first.choices or "", ())]

    def place(row: str) -> int:
        value = values.get(join(repeat.path, row, leaf))
        return listed.index(value) if value in listed else len(listed)

    return sorted(rows, key=place)


def _other(
    definition: FormDefinition | None, names: Names, values: Mapping[str, Any], about: About
) -> list[Group]:
    """Values without a question to show them under, by their bare paths."""
    known = definition.by_path if definition else {}
    everything = (*values, *about.masked)
    strange = [
        path
        for path in everything
        if not _has_place(known, path) and not _is_tie(known, path, values.get(path))
    ]
    answers = tuple(_answer(names.of(path, values), values, about) for path in strange)
    return [Group("other", OTHER, answers)]


def _has_place(known: Mapping[str, Question], flat: str) -> bool:
    """Whether a question shows this path; a row's path outside its repeat is nobody's."""
    question = known.get(definition_path(flat))
    if question is None or question.type in UNSEEN:
        return False
    return question.repeat == split(flat)[0]


def _is_tie(known: Mapping[str, Question], flat: str, value: Any) -> bool:
    """What names the household, member or village: the page's head and links say whose it is."""
    question = known.get(definition_path(flat))
    if question is None or question.type is not QuestionType.HIDDEN:
        return False
    return ids.is_uuid(value) or flat == Subject.VILLAGE.value
