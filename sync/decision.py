"""What became of one op, and why it could not be applied."""

from dataclasses import dataclass, field

from sync.answer import OpAnswer
from sync.merge import Merged
from sync.policy import Rules
from sync.state import RecordState
from sync.wire import Op


@dataclass(frozen=True, slots=True)
class Touched:
    """One record after one op: what to write of it."""

    state: RecordState
    merged: Merged
    rules: Rules
    base: int | None
    version: int
    """The record's version after this op, which later ops of the push may raise."""
    confirmed: tuple[str, ...] = ()


@dataclass(slots=True)
class Decision:
    """What became of one op."""

    op: Op
    origin: str
    answer: OpAnswer
    touched: list[Touched] = field(default_factory=list)
    detail: str = ""
    new_unit: tuple[str, str, str] | None = None
    """(unit, area, area path) of a household that was not on the list."""


class Unfit(Exception):
    """An op that cannot be applied for what it says; it goes to quarantine, whole."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail
