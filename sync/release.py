"""Letting an op go that waits for its predecessor, or that was set aside: a supervisor's deed.

The op keeps its id, its author and its base, and runs through the same merge as any other; what
it says against newer values is a conflict then, and nothing is overwritten.
"""

from sqlalchemy.orm import Session

from store import audit
from store.errors import Invalid, NotFound
from store.records import Held, Quarantine
from store.seal import Keyring
from sync.answer import Outcome
from sync.bench import lay, opened
from sync.decision import Decision
from sync.push import decide_all
from sync.scope import Who
from sync.write import write


class StillUnfit(Invalid):
    """What set the op aside still holds; it stays where it is."""

    code = "op_still_unfit"


def waiting(session: Session, origin: str, op: str) -> Held | Quarantine:
    """The op as it is kept. Raises NotFound where it is not waiting (any more)."""
    held = session.get(Held, (origin, op))
    if held is not None:
        return held
    aside = session.get(Quarantine, (origin, op))
    if aside is None or aside.released_at is not None:
        raise NotFound("there is no such op, or it waits no more")
    return aside


def release(
    session: Session, keys: Keyring, who: Who, origin: str, ident: str, now: str
) -> Decision:
    """Merge the op now, in the caller's transaction. Raises NotFound, StillUnfit."""
    kept = waiting(session, origin, ident)
    op = opened(keys, kept)
    bench = lay(session, keys, who, [op], now, None, (origin, ident))
    bench.flags[ident] = ["released"]
    decisions = decide_all(bench, [op])
    mine = next(d for d in decisions if d.op.op == ident)
    if mine.answer.outcome is Outcome.QUARANTINED:
        raise StillUnfit(f"it cannot be merged: {mine.detail}", why=mine.answer.why or "")
    write(bench, decisions)
    if isinstance(kept, Quarantine):
        kept.released_at, kept.released_by = now, who.user
    audit.write(session, who.user, "op.released", op.rec, origin=origin, op=ident)
    session.flush()
    return mine
