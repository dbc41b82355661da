"""Doing work: each row closed in the commit of its own effect, so that it happens once."""

import traceback
from pathlib import Path

import structlog

from jobs import context as contexts
from jobs.catalogue import TABLE
from jobs.context import Context
from jobs.work import Work, work_of
from store import clock, outbox
from store.db import begin_snapshot, begin_write
from store.discretion import masked
from store.outbox import Kind, OutboxRow

log = structlog.get_logger()
LEASE = 60
"""Seconds after which work that was sent and not closed is sent again."""


def run(rows: list[int], lost: bool = False) -> int:
    """What RQ calls: do these outbox rows; how many were done here. `lost`: they were begun
    before and never closed."""
    here = contexts.current()
    return sum(one(here, row) for row in rows if not lost or begun_again(here, row))


def drain(context: Context, most: int = 10_000) -> int:
    """Do everything that is due, in this process; how many rows were done."""
    done = 0
    while done < most:
        with context.sessions() as session:
            begin_write(session)
            claimed = outbox.claim(session, 50, clock.after(clock.now(), seconds=LEASE))
            rows = [row.id for row in claimed]
            session.commit()
        if not rows:
            return done
        done += sum(one(context, row) for row in rows)
    return done


def begun_again(context: Context, row: int) -> bool:
    """Count a beginning before it is made, since work that kills its process never comes to count
    a failure; False once that happened too often: the row is dead then, and seen."""
    with context.sessions() as session:
        begin_write(session)
        kept = session.get(OutboxRow, row)
        if kept is None or kept.state != "sent":
            session.rollback()
            return True
        if kept.attempts >= len(TABLE[Kind(kept.kind)].waits):
            outbox.fail(session, row, "the worker died while it did this, every time", None)
            session.commit()
            return False
        kept.attempts += 1
        session.commit()
    return True


def one(context: Context, row: int) -> bool:
    """True when this call did the work; False where it was done, or failed and was counted."""
    work = _read(context, row)
    if work is None:
        return False
    try:
        return _do(context, work)
    except Exception as fault:  # noqa: BLE001 - a worker outlives any job; the row keeps why
        _count(context, work, fault)
        return False


def _read(context: Context, row: int) -> Work | None:
    with context.sessions() as session:
        begin_snapshot(session)
        found = session.get(OutboxRow, row)
        return work_of(found) if found and found.state in ("pending", "sent") else None


def _do(context: Context, work: Work) -> bool:
    write = TABLE[work.kind].prepare(context, work)
    with context.sessions() as session:
        begin_write(session)
        if not outbox.close(session, work.row):
            session.rollback()
            return False
        write(session)
        session.commit()
    return True


def _count(context: Context, work: Work, fault: Exception) -> None:
    """Plan the next try, or let the row be dead and seen."""
    waits = TABLE[work.kind].waits
    retry = waits[work.attempts] if work.attempts < len(waits) else None
    told = _reason(fault)
    log.warning("job failed", kind=work.kind.value, subject=work.subject, error=told, retry=retry)
    with context.sessions() as session:
        begin_write(session)
        at = clock.after(clock.now(), seconds=retry) if retry is not None else None
        outbox.fail(session, work.row, told, at)
        session.commit()


def _reason(fault: Exception) -> str:
    """`ValueError: …  (media/inspect.py:88)`, P1 values starred."""
    frames = traceback.extract_tb(fault.__traceback__)
    here = Path(__file__).resolve().parent.parent
    own = [f for f in frames if Path(f.filename).is_relative_to(here) and ".venv" not in f.filename]
    last = (own or list(frames))[-1:]
    place = "".join(f"  ({Path(f.filename).name}:{f.lineno})" for f in last)
    return masked(f"{type(fault).__name__}: {fault}{place}")
