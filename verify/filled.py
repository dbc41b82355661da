"""A filled form as a person reads it: by groups, repeats as tables, nothing swallowed. Pure."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType, Section, Subject, Text
from forms.flatpath import definition_path, rows_of, split
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
    """A repeat: one line per row, one cell per question. In a repeat: one for each row around."""

    path: str
    """The repeat's flat path."""
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
    """Groups that were filled in, or apply and were not; values without a question come last."""
    names = Names(definition)
    made: list[Group] = []
    if definition is not None:
        tops = [s for s in definition.sections if not s.repeat]
        loose = Section("", {})
        made = [_group(definition, names, section, values, about) for section in [loose, *tops]]
    other = _other(definition, names, values, about)
    return tuple(g for g in [*made, *other] if g.answers or g.tables or g.blank)


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
    inside = [r for r in definition.repeats if _home(definition, r) == section.path]
    tables = (t for repeat in inside for t in _tables(definition, names, repeat, values, about))
    blank = tuple(names.bare(q.path) for q in asked if _is_blank(definition, q, values, about))
    return Group(section.path, section.label, answers, tuple(tables), blank)


def _home(definition: FormDefinition, repeat: Section) -> str:
    """The innermost group outside repeats that a repeat stands in; "" for none."""
    around = [s for s in definition.sections if repeat.path.startswith(f"{s.path}/")]
    outermost = min((len(s.path) for s in around if s.repeat), default=len(repeat.path))
    return max((s.path for s in around if len(s.path) < outermost), key=len, default="")


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


def _tables(
    definition: FormDefinition,
    names: Names,
    repeat: Section,
    values: Mapping[str, Any],
    about: About,
) -> Iterator[Table]:
    """One for the repeat; in a repeat one for each row around it that has any, named by it."""
    by_place: dict[str, list[str]] = {}
    for row in rows_of([*values, *about.masked, *about.faults], repeat.path):
        by_place.setdefault(row.rpartition("[")[0], []).append(row)
    asked = [q for q in definition.questions if q.repeat == repeat.path and q.type not in UNSEEN]
    for flat, rows in by_place.items():
        rows = _in_order(definition, repeat, asked, values, rows)
        shown = [q for q in asked if any(_shows(q, _at(q, repeat, r), values, about) for r in rows)]
        cells = tuple(
            tuple(_answer(names.bare(_at(q, repeat, row)), values, about) for q in shown)
            for row in rows
        )
        heads = tuple(names.bare(q.path) for q in shown)
        yield Table(flat, _called(names, repeat, flat, values), heads, cells)


def _at(question: Question, repeat: Section, row: str) -> str:
    """A question's flat path in a row, such as `plots[ab12cd34]/years[ef56gh78]`."""
    return f"{row}{question.path[len(repeat.path) :]}"


def _called(names: Names, repeat: Section, flat: str, values: Mapping[str, Any]) -> Text:
    outer = names.row(flat, values)
    return {lang: f"{outer} · {words}" if outer else words for lang, words in repeat.label.items()}


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
    listed = [choice.name for choice in definition.choices.get(first.choices or "", ())]

    def place(row: str) -> int:
        value = values.get(_at(first, repeat, row))
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
    return (question.repeat or "") == definition_path(split(flat)[0] or "")


def _is_tie(known: Mapping[str, Question], flat: str, value: Any) -> bool:
    """What names the household, member or village: the page's head and links say whose it is."""
    question = known.get(definition_path(flat))
    if question is None or question.type is not QuestionType.HIDDEN:
        return False
    return ids.is_uuid(value) or flat == Subject.VILLAGE.value
