"""What a form costs those who answer it: questions and minutes, by purpose, by round. Pure.

The coefficients are starting values set at a desk, by type of answer; a county replaces them once
its rounds were timed. They compare forms with each other; they measure nobody.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType, Text
from forms.evaluate import evaluate
from forms.flatpath import placed
from forms.lineage import repeats_above

SECONDS: Mapping[QuestionType, int] = {
    QuestionType.SELECT_ONE: 10,
    QuestionType.SELECT_MULTIPLE: 15,
    QuestionType.INTEGER: 15,
    QuestionType.DECIMAL: 20,
    QuestionType.DATE: 15,
    QuestionType.DATETIME: 5,
    QuestionType.TIME: 10,
    QuestionType.TEXT: 25,
    QuestionType.BARCODE: 10,
    QuestionType.GEOPOINT: 20,
    QuestionType.IMAGE: 30,
    QuestionType.FILE: 30,
    QuestionType.ACKNOWLEDGE: 40,
}
"""Seconds to ask and write down one answer; an acknowledgement stands for a text read aloud."""
CONFIRM_SECONDS = 4
"""Seconds to read out an answer that came filled in and hear that it is right."""
ROWS = 3.2
"""People of a household: 1,013 in 314, the township that the pack's round is reckoned by. Other
repeats count once."""
MEETING = "outcome"
PURPOSE = "purpose"
_NOON = datetime(2026, 1, 1, 4, tzinfo=UTC)
_ROW = "aaaaaaaa"


@dataclass(frozen=True, slots=True)
class Section:
    """One page's share."""

    path: str
    label: Text
    questions: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Burden:
    """What one filling of a form asks, before any answer opens a further question."""

    form: str
    version: str
    purpose: str
    """"" for a form without purposes, or for the whole of it."""
    questions: int
    """Asked once each; those about members once for each."""
    prefilled: int
    """Of them those that the register answers beforehand."""
    follow_ups: int
    """Further questions that an answer may open."""
    minutes: float
    """Of a first visit, where nothing is known yet."""
    minutes_known: float
    """Where the register knows all it can know, and it is only confirmed."""
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """What a round costs: all its households together."""

    households: int
    questions: int
    hours: float
    hours_known: float


@dataclass(frozen=True, slots=True)
class Known:
    """A question whose answer another form brings already."""

    path: str
    label: Text
    by: str
    """The form that asks it."""
    at: str
    """Its question there."""
    property: str
    """What the register calls it: `household#phone`; "" where no register keeps it."""
    prefilled: bool
    """It is tied to the register and comes filled in; else people are asked again."""


def burden(definition: FormDefinition, purpose: str = "", rows: float = ROWS) -> Burden:
    """Questions and minutes of one filling, for one purpose of the form."""
    asked = [q for q in definition.questions if _is_asked(q)]
    hidden = _hidden(definition, purpose)
    opened = [q for q in asked if q.path not in hidden]
    open_paths = [q.path for q in opened]
    closed = {s.path for s in definition.sections if not _any_within(s.path, open_paths)}
    later = [q for q in asked if q.path in hidden and not _within(q.path, closed)]
    people = {e.container for e in definition.entities if e.dataset == "member"}
    times = {q.path: rows if q.repeat in people else 1.0 for q in opened}
    seconds = {q.path: SECONDS.get(q.type, 15) * times[q.path] for q in opened}
    known = {p: _known_seconds(definition.by_path[p], s, times[p]) for p, s in seconds.items()}
    return Burden(
        form=definition.form_id,
        version=definition.version,
        purpose=purpose,
        questions=round(sum(times.values())),
        prefilled=round(sum(times[q.path] for q in opened if is_prefilled(q))),
        follow_ups=len(later),
        minutes=round(sum(seconds.values()) / 60, 1),
        minutes_known=round(sum(known.values()) / 60, 1),
        sections=_sections(definition, opened, times, seconds),
    )


def purposes(definition: FormDefinition) -> tuple[str, ...]:
    """The purposes a visit form can be opened with; none for other forms."""
    found = _named(definition, PURPOSE)
    choices = definition.choices.get(found.choices or "", ()) if found else ()
    return tuple(choice.name for choice in choices)


def by_purpose(definition: FormDefinition, rows: float = ROWS) -> tuple[Burden, ...]:
    """One line for each purpose, and the form's usual one first."""
    return tuple(burden(definition, name, rows) for name in ("", *purposes(definition)))


def of_round(each: Burden, households: int) -> Round:
    """Every household once, for one purpose."""
    hours, known = each.minutes * households / 60, each.minutes_known * households / 60
    return Round(households, each.questions * households, round(hours, 1), round(known, 1))


def already_known(form: FormDefinition, others: Iterable[FormDefinition]) -> tuple[Known, ...]:
    """Questions of `form` that others bring already, by name: what the register keeps under the
    same property, or what another form asks in the same words or under the same name."""
    kept: dict[str, tuple[FormDefinition, Question]] = {}
    worded: dict[str, tuple[FormDefinition, Question]] = {}
    for other in others:
        if other.form_id == form.form_id:
            continue
        for question in (q for q in other.questions if _is_asked(q) and q.save_to):
            kept.setdefault(saved_as(question), (other, question))
            for word in _words(question):
                worded.setdefault(word, (other, question))
    found = []
    for question in (q for q in form.questions if _is_asked(q)):
        match = kept.get(saved_as(question)) if question.save_to else None
        again = [worded[word] for word in _words(question) if word in worded]
        best = match or (again[0] if again else None)
        if best is not None:
            found.append(_known(question, *best, tied=match is not None))
    return tuple(found)


def saved_as(question: Question) -> str:
    """`household#phone`."""
    return f"{question.dataset}#{question.save_to}"


def is_prefilled(question: Question) -> bool:
    """Whether a phone fills it in from the register: what each visit finds anew it does not."""
    return bool(question.save_to) and question.policy.value != "latest"


def _known(question: Question, other: FormDefinition, theirs: Question, tied: bool) -> Known:
    return Known(
        path=question.path,
        label=question.label,
        by=other.form_id,
        at=theirs.path,
        property=saved_as(theirs),
        prefilled=tied and is_prefilled(question),
    )


def _words(question: Question) -> tuple[str, ...]:
    """What a question is known by: its name; its words in each language, without brackets, for
    the same kind of answer."""
    labels = (re.sub(r"[（(].*?[）)]|\W", "", label).lower() for label in question.label.values())
    worded = (f"{question.type.value} {label}" for label in labels if label)
    return (f"={question.path.rpartition('/')[2]}", *worded)


def _is_asked(question: Question) -> bool:
    """A person has to ask it: not what is read, reckoned, pointed out or hidden."""
    return question.type in SECONDS and not (
        question.calculated or question.read_only or question.missing or question.calculate
    )


def _known_seconds(question: Question, seconds: float, times: float) -> float:
    return CONFIRM_SECONDS * times if is_prefilled(question) else seconds


def _named(definition: FormDefinition, name: str) -> Question | None:
    return next((q for q in definition.questions if q.path.rpartition("/")[2] == name), None)


def _hidden(definition: FormDefinition, purpose: str) -> frozenset[str]:
    """Definition paths that are not asked when the door has opened and nothing is answered yet."""
    answers: dict[str, Any] = {}
    met, chosen = _named(definition, MEETING), _named(definition, PURPOSE)
    if met is not None:
        choices = definition.choices.get(met.choices or "", ())
        answers[met.path] = choices[0].name if choices else "met"
    if purpose and chosen is not None:
        answers[chosen.path] = [purpose]
    for repeat in definition.repeats:
        if asked := next((q for q in definition.questions if q.repeat == repeat.path), None):
            around = repeats_above(definition, asked)
            answers[placed(asked.path, around, [_ROW] * len(around))] = ""
    made = evaluate(definition, {"set": answers}, now=_NOON)
    return frozenset(path.replace(f"[{_ROW}]", "") for path in made.irrelevant)


def _any_within(section: str, paths: Sequence[str]) -> bool:
    return any(path.startswith(f"{section}/") for path in paths)


def _within(path: str, sections: set[str]) -> bool:
    return any(path.startswith(f"{section}/") for section in sections)


def _sections(
    definition: FormDefinition,
    opened: Sequence[Question],
    times: Mapping[str, float],
    seconds: Mapping[str, float],
) -> tuple[Section, ...]:
    made = []
    tops = [s for s in definition.sections if "/" not in s.path]
    for section in tops:
        inside = [q.path for q in opened if q.path.startswith(f"{section.path}/")]
        if inside:
            minutes = round(sum(seconds[p] for p in inside) / 60, 1)
            count = round(sum(times[p] for p in inside))
            made.append(Section(section.path, section.label, count, minutes))
    return tuple(made)
