"""Doing work: each row closed in the commit of its own effect, so that it happens once."""

import time
import traceback
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy import select

from jobs import context as contexts
from jobs.catalogue import TABLE
from jobs.context import Context
from jobs.work import Work, Write, work_of
from store import clock, outbox
from store.db import begin_snapshot, begin_write
from store.discretion import masked
from store.outbox import Kind, OutboxRow

log = structlog.get_logger()
LEASE = 60
"""Seconds after which work that was sent and not closed is sent again."""
MOST = 50
"""Rows that are carried and done at a time."""


def run(rows: list[int], lost: bool = False) -> int:
    """What RQ calls: do these outbox rows; how many were done here. `lost`: they were begun
    before and never closed."""
    here = contexts.current()
    if not lost:
        return many(here, rows)
    return sum(one(here, row) for row in rows if begun_again(here, row))


def drain(context: Context, most: int = 10_000) -> int:
    """Do everything that is due, in this process; how many rows were done."""
    done = 0
    while done < most:
        with context.sessions() as session:
            begin_write(session)
            claimed = outbox.claim(session, MOST, clock.after(clock.now(), seconds=LEASE))
            session.commit()
        if not claimed:
            return done
        done += many(context, [row.id for row in claimed])
    return done


def many(context: Context, rows: Sequence[int]) -> int:
    """How many of these rows were done here.

    Work of one kind is done in one commit where its job can; if that fails, row by row, so that
    what is poisonous fails alone.
    """
    lots: dict[Kind, list[Work]] = defaultdict(list)
    for work in _read(context, rows):
        lots[work.kind].append(work)
    done = 0
    for works in lots.values():
        if _together(context, works):
            done += len(works)
        else:
            done += sum(one(context, work.row) for work in works)
    return done


def _together(context: Context, works: Sequence[Work]) -> bool:
    """Whether all of it was done, in one commit; nothing was if not."""
    kind = works[0].kind
    if len(works) == 1 or TABLE[kind].together is None:
        return False
    try:
        return _do(context, works)
    except Exception as fault:  # noqa: BLE001 - whose fault it is, each row tells for itself
        log.warning("rows go one by one", kind=kind.value, rows=len(works), error=_reason(fault))
        return False


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
    works = _read(context, [row])
    if not works:
        return False
    try:
        return _do(context, works)
    except Exception as fault:  # noqa: BLE001 - a worker outlives any job; the row keeps why
        _count(context, works[0], fault)
        return False


def _read(context: Context, rows: Sequence[int]) -> list[Work]:
    """What is still to be done of these rows, in their order."""
    with context.sessions() as session:
        begin_snapshot(session)
        open_ = OutboxRow.state.in_(("pending", "sent"))
        found = session.scalars(select(OutboxRow).where(OutboxRow.id.in_(rows), open_))
        works = {row.id: work_of(row) for row in found}
    return [works[row] for row in rows if row in works]


def _do(context: Context, works: Sequence[Work]) -> bool:
    """Work of one kind; False, and nothing done, where some of it was done already."""
    began = time.perf_counter()
    write = _prepared(context, works)
    with context.sessions() as session:
        begin_write(session)
        rows = [work.row for work in works]
        if not outbox.close(session, rows):
            session.rollback()
            return False
        write(session)
        each = (time.perf_counter() - began) * 1000 / len(works)
        outbox.took(session, rows, each)
        session.commit()
    return True


def _prepared(context: Context, works: Sequence[Work]) -> Write:
    job = TABLE[works[0].kind]
    if job.together is not None and len(works) > 1:
        return job.together(context, works)
    [work] = works
    return job.prepare(context, work)


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
