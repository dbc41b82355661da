"""What lint reads of a form, and where it finds the places of what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import etree

from forms.definition import FormDefinition, Question, QuestionType

_SILENT = (QuestionType.NOTE, QuestionType.HIDDEN, QuestionType.CALCULATE)


class Places(Protocol):
    """Where a question stands in its source."""

    def of(self, path: str, *columns: str) -> dict[str, Any]: ...

    def of_choice(self, list_name: str, name: str, column: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Looked:
    """What lint reads: the form, its XForm, where things stand, and the other published forms."""

    definition: FormDefinition
    root: etree._Element
    places: Places
    others: Sequence[FormDefinition] = ()
    former: FormDefinition | None = None
    """The form's own published version, which `was` speaks of."""

    def asked(self) -> Iterator[Question]:
        """Questions that a person answers."""
        for question in self.definition.questions:
            if question.type not in _SILENT and not question.calculate:
                yield question
