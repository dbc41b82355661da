"""Conflicts as far as somebody may read and settle them; P1 masked until its showing is logged."""

from typing import Any

from sqlalchemy.orm import Session

from reports.disputes import Value
from reports.quarrel import Quarrel
from reports.wording import plain
from server.auth import units
from server.auth.identity import Identity
from server.auth.masking import mask
from server.auth.permissions import Permission
from server.auth.signin import server_device
from store import audit
from sync.scope import Who


def may_settle(known: Identity, told: Quarrel) -> bool:
    """Somebody with the permission there, who is none of the two."""
    return (
        told.open
        and known.user not in told.authors
        and units.reaches(Permission.SETTLE, told.dispute.household)
    )


def at_office(session: Session, known: Identity) -> Who:
    """The person as they push from their server-side device, whatever they hold in hand."""
    return Who(known.user, server_device(session, known.user), known.grants, True)


def open_sides(session: Session, known: Identity, told: Quarrel) -> None:
    """Show every value of this conflict to somebody who may see it; that they did is kept."""
    units.require(Permission.UNMASK, told.dispute.household)
    row = told.dispute.row
    audit.write(session, known.user, "unmasked", row.rec, path=row.path, conflict=row.id)


def worded(value: Value, open_: bool) -> Any:
    """A value as it may be told: P1, and what no form knows, masked unless opened."""
    if open_ or value.value in (None, ""):
        return value.value
    if value.known is None:
        return "***"
    return mask(value.path, plain(value.value)) if value.secret else value.value
