"""What stands in the navigation, and who sees it."""

from dataclasses import dataclass

from flask import current_app

from server.auth.identity import Identity
from server.auth.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation; shown to whoever has the permission somewhere."""

    zh: str
    en: str
    endpoint: str
    permission: Permission


MENU = (
    Entry("住户", "Households", "console.households", Permission.SEE),
    Entry("填报", "Filled in", "console.submissions", Permission.SEE),
    Entry("待核实", "To check", "console.findings", Permission.REVIEW),
    Entry("办公室", "Office", "console.office", Permission.OFFICE),
)


def entries(known: Identity | None) -> list[Entry]:
    """The lines that this person may follow."""
    if known is None:
        return []
    there = current_app.view_functions
    return [e for e in MENU if e.endpoint in there and known.permits(e.permission)]
