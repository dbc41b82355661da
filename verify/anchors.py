"""Where a house stands: visits propose, a supervisor approves, later visits are measured."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import audit, clock
from store.errors import NotFound
from store.units import Anchor


def approve(session: Session, who: str, anchor: str, scattered: bool = False) -> Anchor:
    """Make a proposed position the household's; the one before is replaced. Raises NotFound."""
    row = session.get(Anchor, anchor, with_for_update=True)
    if row is None or row.state == "replaced":
        raise NotFound("there is no such position")
    session.execute(
        update(Anchor)
        .where(Anchor.unit == row.unit, Anchor.id != row.id, Anchor.state == "approved")
        .values(state="replaced")
    )
    row.state, row.scattered = "approved", scattered
    row.decided_at, row.decided_by = clock.now(), who
    audit.write(session, who, "anchor.approved", row.unit, anchor=row.id)
    session.flush()
    return row


def of(session: Session, unit: str) -> list[Anchor]:
    """The approved one first, then proposals."""
    query = select(Anchor).where(Anchor.unit == unit, Anchor.state != "replaced")
    return list(session.scalars(query.order_by(Anchor.state, Anchor.proposed_at)))
