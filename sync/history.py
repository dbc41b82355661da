"""What a record was: the base of a three-way merge is read from its revisions."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.records import Revision
from store.seal import Keyring

SEALED = "(sealed)"
"""Under this name, which no path can have, a revision's witness keeps its P1 values."""


def base_reader(session: Session, keys: Keyring, rec: str, version: int) -> Callable[[str], Any]:
    """A reader of values at `version`; the revisions are read at its first question only."""
    known: dict[str, Any] | None = None

    def value(path: str) -> Any:
        nonlocal known
        if known is None:
            known = values_at(session, keys, rec, version)
        return known.get(path)

    return value


def values_at(session: Session, keys: Keyring, rec: str, version: int) -> dict[str, Any]:
    """{flat path: value} of a record as of one of its versions; P1 values open."""
    query = (
        select(Revision.changes, Revision.sealed)
        .where(Revision.rec == rec, Revision.version <= version)
        .order_by(Revision.version, Revision.id)
    )
    values: dict[str, Any] = {}
    for changes, sealed in session.execute(query):
        values |= keys.open_all(rec, orjson.loads(sealed))
        for path, value in orjson.loads(changes).items():
            _set(values, path, value)
    return values


def split_witness(keys: Keyring, rec: str, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(open values, P1 values) that an op said and that did not stand, or were only totals."""
    told = orjson.loads(text)
    return told, keys.open_all(rec, told.pop(SEALED, {}))


def _set(values: dict[str, Any], path: str, value: Any) -> None:
    if value is not None:
        values[path] = value
        return
    values.pop(path, None)
    for under in [p for p in values if p.startswith(path + "/")]:
        del values[under]
