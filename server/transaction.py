"""One request, one transaction: begun here, committed here, nowhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from server.services import session as current_session
from store.db import begin_snapshot, begin_write
from store.errors import Conflicting, Invalid, Refusal

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 4
PAUSE = 0.05
_AGAIN = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialisation failure, deadlock, lock not available."""


class StoreUnavailable(Refusal):
    """The database does not answer; nothing of the request was kept. Send it again."""

    code = "store_unavailable"


@contextmanager
def reading(session: Session) -> Iterator[Session]:
    """A snapshot; always rolled back."""
    session.rollback()
    begin_snapshot(session)
    try:
        yield session
    finally:
        session.rollback()


def in_writing(session: Session, work: Callable[[], R], keep: bool = True) -> R:
    """Run `work` in one writing transaction and commit; again where two writers crossed.

    With `keep` False all is done and all undone: what would be answered, without effect.

    Raises Conflicting when the database still refuses, Invalid for a value that no database
    holds (PostgreSQL and NUL in a text), StoreUnavailable when it is not there.
    """
    for left in reversed(range(TRIES)):
        session.rollback()
        try:
            begin_write(session)
            result = work()
            if keep:
                session.commit()
            else:
                session.rollback()
            return result
        except (DataError, IntegrityError, OperationalError) as fault:
            session.rollback()
            if not left or not _worth_trying(fault):
                raise _refusal(fault) from fault
            time.sleep(PAUSE * (TRIES - left))
        except BaseException:
            session.rollback()
            raise
    raise StoreUnavailable("the database did not answer")


def writes(view: Callable[P, R]) -> Callable[P, R]:
    """A view that writes: committed once, after it has made its answer."""

    @wraps(view)
    def committed(*args: P.args, **kwargs: P.kwargs) -> R:
        return in_writing(current_session(), lambda: view(*args, **kwargs))

    return committed


def reads(view: Callable[P, R]) -> Callable[P, R]:
    """A view that only reads, from one moment."""

    @wraps(view)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with reading(current_session()):
                return view(*args, **kwargs)
        except (DataError, OperationalError) as fault:
            raise _refusal(fault) from fault

    return read


def _worth_trying(fault: DBAPIError) -> bool:
    """A twin request that came first, or two that waited for each other."""
    state = getattr(fault.orig, "sqlstate", None)
    return isinstance(fault, IntegrityError) or state in _AGAIN or "locked" in str(fault.orig)


def _refusal(fault: DBAPIError) -> Refusal:
    if isinstance(fault, DataError):
        return Invalid("something in the request is of no kind that is kept here")
    if isinstance(fault, IntegrityError):
        return Conflicting("something of the same name was written at the same time")
    return StoreUnavailable("the database does not answer; send the request again")
