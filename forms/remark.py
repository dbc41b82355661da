"""What is to be said of a form's source: a line with its place, in both languages."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from forms.bind import FormInvalid


class Level(Enum):
    """How much a remark weighs."""

    ERROR = "error"
    """The form cannot be published like this."""
    WARNING = "warning"
    """It can; somebody will suffer from it later."""
    HINT = "hint"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One line about the source. `row` counts from 1 as the spreadsheet shows it, 0 where the
    remark is of the whole sheet; of an XForm, `sheet` is empty and `row` is the line."""

    code: str
    level: Level
    zh: str
    en: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    question: str = ""

    @property
    def place(self) -> str:
        """`survey!5!relevant`, as far as it is known."""
        parts = (self.sheet, str(self.row) if self.row else "", self.column)
        return "!".join(parts).strip("!") or self.question or "form"

    def __str__(self) -> str:
        return f"{self.place}: {self.zh} / {self.en} [{self.code}]"

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"level": self.level.value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Remark":
        return cls(**data | {"level": Level(data["level"])})


def error(code: str, zh: str, en: str, **place: Any) -> Remark:
    return Remark(code, Level.ERROR, zh, en, **place)


def warning(code: str, zh: str, en: str, **place: Any) -> Remark:
    return Remark(code, Level.WARNING, zh, en, **place)


def hint(code: str, zh: str, en: str, **place: Any) -> Remark:
    return Remark(code, Level.HINT, zh, en, **place)


class FormRefused(FormInvalid):
    """The source is no form that could be published; `remarks` say where and why."""

    def __init__(self, remarks: Iterable[Remark]) -> None:
        self.remarks = tuple(remarks)
        first = self.remarks[0]
        super().__init__(str(first))
        self.with_fields({r.place: f"{r.zh} / {r.en} [{r.code}]" for r in self.remarks[:200]})


def has_errors(remarks: Iterable[Remark]) -> bool:
    return any(remark.level is Level.ERROR for remark in remarks)
