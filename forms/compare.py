"""Two versions of a form, question by question: what came, what went, what reads otherwise."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from forms.definition import Choice, FormDefinition, Question
from forms.lineage import heirs

FIELDS = (
    "type", "label", "hint", "required", "required_message", "relevant", "constraint",
    "constraint_message", "calculate", "choice_filter", "default", "appearance", "read_only",
    "policy", "calculated", "sensitivity", "source", "focus", "photo_role", "dataset", "save_to",
)  # fmt: skip


class Kind(Enum):
    """What became of a question."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    """Told by the column `was`; it may have changed besides."""
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing about a question, before and after, as JSON values; `field` may be `choices`."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One question. `old` and `new` are its paths, empty where it is not there."""

    kind: Kind
    old: str
    new: str
    label: dict[str, str]
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`same` counts the questions that are as they were."""

    form: str
    old: str
    new: str
    same: int
    lines: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        lines = [asdict(line) | {"kind": line.kind.value} for line in self.lines]
        return {"form": self.form, "old": self.old, "new": self.new, "same": self.same,
                "lines": lines}  # fmt: skip


def compare(old: FormDefinition, new: FormDefinition) -> Comparison:
    """In the order of the new version; what is gone stands at the end."""
    lives = heirs(old, new)
    former = {path: before for before, path in lives.items()}
    lines: list[Line] = []
    same = 0
    for question in new.questions:
        line = _line(old, new, question, former.get(question.path))
        if line is None:
            same += 1
        else:
            lines.append(line)
    gone = [q for q in old.questions if q.path not in lives]
    lines += [Line(Kind.REMOVED, q.path, "", dict(q.label)) for q in gone]
    return Comparison(new.form_id, old.version, new.version, same, tuple(lines))


def _line(
    old: FormDefinition, new: FormDefinition, question: Question, before: str | None
) -> Line | None:
    label = dict(question.label)
    if before is None:
        return Line(Kind.ADDED, "", question.path, label)
    details = tuple(_details(old, new, old.question(before), question))
    if before != question.path:
        return Line(Kind.RENAMED, before, question.path, label, details)
    return Line(Kind.CHANGED, before, before, label, details) if details else None


def _details(
    old: FormDefinition, new: FormDefinition, before: Question, after: Question
) -> Iterator[Detail]:
    for name in FIELDS:
        was, now = _told(getattr(before, name)), _told(getattr(after, name))
        if was != now:
            yield Detail(name, was, now)
    was, now = _choices(old, before), _choices(new, after)
    if was != now:
        yield Detail("choices", was, now)


def _told(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return dict(value) if hasattr(value, "items") else value


def _choices(definition: FormDefinition, question: Question) -> list[dict[str, Any]]:
    listed: tuple[Choice, ...] = definition.choices.get(question.choices or "", ())
    return [{"name": choice.name, "label": dict(choice.label)} for choice in listed]
