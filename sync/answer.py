"""The server's answers to a push, op by op."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What became of an op. Each means: kept, and where."""

    APPLIED = "applied"
    """In the record."""
    MERGED = "merged"
    """In the record, beside another device's changes."""
    CONFLICT = "conflict"
    """Some paths wait in the conflict table; the rest is in the record."""
    HELD = "held"
    """Waits for its predecessor."""
    QUARANTINED = "quarantined"
    """Kept whole for a person."""


@dataclass(slots=True)
class OpAnswer:
    """One line of the answer; `told()` is what is stored and sent."""

    op: str
    outcome: Outcome
    version: int | None = None
    paths: list[str] = field(default_factory=list)
    current: dict[str, Any] = field(default_factory=dict)
    after: str | None = None
    why: str | None = None
    late: bool = False
    entities: list[dict[str, Any]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        line: dict[str, Any] = {"op": self.op, "result": self.outcome.value}
        optional = {
            "v": self.version,
            "paths": self.paths,
            "current": self.current,
            "after": self.after,
            "why": self.why,
            "late": self.late,
            "entities": self.entities,
        }
        return line | {
            key: value for key, value in optional.items() if value not in (None, [], {}, False)
        }


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """The whole answer, built only from what was written."""

    results: list[dict[str, Any]]
    position: int
    backed_up_through: int
    epoch: str
