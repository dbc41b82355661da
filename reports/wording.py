"""What a path means to a reader: its question, in a published form, or as saved in the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition, Question, QuestionType, Sensitivity
from forms.flatpath import definition_path
from store.forms import FormVersion
from sync import definitions


@dataclass(frozen=True, slots=True)
class Known:
    """A question with the form that asks it (its choices are there)."""

    question: Question
    definition: FormDefinition

    @property
    def sealed(self) -> bool:
        return self.question.sensitivity is Sensitivity.P1

    def words(self, value: Any, lang: str) -> str:
        """An answer as people read it: choices by their labels."""
        names = value if isinstance(value, list) else str(value).split()
        by_name = {c.name: c for c in self.definition.choices.get(self.question.choices or "", ())}
        if self.question.type in _CHOSEN and by_name:
            said = (by_name[n].label if n in by_name else {lang: n} for n in map(str, names))
            return "、".join(label.get(lang) or next(iter(label.values()), "") for label in said)
        return plain(value)


_CHOSEN = frozenset({QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE})


def plain(value: Any) -> str:
    """Any JSON value on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Mapping) and "lat" in value:
        return f"{value.get('lat')}, {value.get('lon')} (±{value.get('acc')} m)"
    if isinstance(value, Mapping) and "sha256" in value:
        return f"{value.get('mime', '')} {value.get('size', '')} B"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "、".join(plain(item) for item in value)
    return str(value)


class Wording:
    """Every published question; where versions differ, the form's newest speaks."""

    def __init__(self, session: Session) -> None:
        query = select(FormVersion.form, FormVersion.version).order_by(FormVersion.published_at)
        order = [(form, version) for form, version in session.execute(query)]
        self._forms = definitions.load(session, set(order))
        self._saved: dict[str, Known] = {}
        for key in order:
            for question in self._forms[key].questions:
                if question.save_to:
                    self._saved[question.save_to] = Known(question, self._forms[key])

    def asked(self, form: str, version: str, path: str) -> Known | None:
        """The question at a flat path of a form version."""
        definition = self._forms.get((form, version))
        question = definition.by_path.get(definition_path(path)) if definition else None
        return Known(question, definition) if question and definition else None

    def saved(self, name: str) -> Known | None:
        """The question that writes a property of the register."""
        return self._saved.get(name)
