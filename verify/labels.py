"""What a path is called: by the form's own words, and by whose row it stands in. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType, Sensitivity, Text
from forms.flatpath import definition_path, rows_around, split

LANGUAGES = ("zh", "en")
TIE: Text = {"zh": "登记编号", "en": "Number in the register"}
"""What a hidden question without words is called: it ties an answer to the register."""


@dataclass(frozen=True, slots=True)
class Named:
    """A path with its words; `question` is None where no form asks for it any more."""

    path: str
    label: Text
    question: Question | None = None
    choices: Mapping[str, Text] | None = None
    """{choice: words}; None where the answer is free."""


@dataclass(frozen=True, slots=True)
class Names:
    """The words of one form version."""

    definition: FormDefinition | None

    def of(self, flat: str, values: Mapping[str, Any]) -> Named:
        """A flat path; inside a repeat the row's own name comes first."""
        bare = self.bare(flat)
        row = self.row(flat, values)
        if not row:
            return bare
        words = {lang: f"{row} · {_in(bare.label, lang, flat)}" for lang in LANGUAGES}
        return Named(flat, words, bare.question, bare.choices)

    def bare(self, flat: str) -> Named:
        """A flat path without its row's name; a path without words is called by itself."""
        if self.definition is None:
            return Named(flat, {})
        path = definition_path(flat)
        question = self.definition.by_path.get(path)
        if question is None:
            sections = (s.label for s in self.definition.sections if s.path == path)
            return Named(flat, next(sections, {}))
        words = question.label or (TIE if question.type is QuestionType.HIDDEN else {})
        return Named(flat, words, question, choices_of(self.definition, question))

    def row(self, flat: str, values: Mapping[str, Any]) -> str:
        """What a row is called by its first open text answer, such as a person's name; a row of a
        repeat in a repeat by those around it, too."""
        if self.definition is None or "[" not in flat:
            return ""
        return " · ".join(self._row(row, values) for row in rows_around(flat) if split(row)[1])

    def _row(self, flat: str, values: Mapping[str, Any]) -> str:
        repeat = definition_path(flat)
        for question in self.definition.questions if self.definition else ():
            if question.repeat == repeat and _names_a_row(question):
                if named := values.get(f"{flat}{question.path[len(repeat) :]}"):
                    return str(named)
                break
        return split(flat)[1] or ""


def _names_a_row(question: Question) -> bool:
    return question.type is QuestionType.TEXT and question.sensitivity is not Sensitivity.P1


def _in(text: Text, lang: str, fallback: str) -> str:
    return text.get(lang) or text.get("zh") or text.get("en") or fallback


def choices_of(definition: FormDefinition, question: Question) -> Mapping[str, Text] | None:
    listed = definition.choices.get(question.choices or "")
    return {choice.name: choice.label for choice in listed} if listed else None


def saved(definitions: Iterable[FormDefinition]) -> dict[tuple[str, str], Named]:
    """{(data set, property): words} of everything these forms write into the register.

    The first form that names a property gives its words.
    """
    found: dict[tuple[str, str], Named] = {}
    for definition in definitions:
        for question in definition.questions:
            if question.dataset and question.save_to:
                key = (question.dataset, question.save_to)
                choices = choices_of(definition, question)
                found.setdefault(key, Named(question.save_to, question.label, question, choices))
    return found
