"""The lists that come beside a form, of all their versions, as its rules look into them.

A phone that was away for a week chose from last week's list. So a row that any version had is an
answer, and what a row says is what the newest version with that row says.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from forms import files
from forms.definition import FormDefinition
from forms.external import ListInvalid, read_list, table
from forms.node import Item
from forms.plan import listed
from store.forms import FormFile

LISTS = ("csv", "geojson", "json", "xml")
KEY = "name"


def lists(session: Session, definition: FormDefinition) -> dict[str, Item]:
    """{id of the instance: its list}; a list that nobody uploaded yet is left out."""
    if not definition.lists:
        return {}
    known = _versions(session, set(definition.lists.values()) - files.REGISTER)
    read = {
        ident: _read(name, tuple(known[name]))
        for ident, name in definition.lists.items()
        if name in known
    }
    return {ident: item for ident, item in read.items() if item is not None}


def _versions(session: Session, names: Collection[str]) -> dict[str, list[bytes]]:
    """{name: what its versions hold, the newest first}"""
    found: dict[str, list[bytes]] = {}
    wanted = [name for name in sorted(names) if name.rpartition(".")[2].lower() in LISTS]
    query = select(FormFile).where(FormFile.name.in_(wanted)).options(undefer(FormFile.body))
    for row in session.scalars(query.order_by(FormFile.name, FormFile.version.desc())):
        found.setdefault(row.name, []).append(files.content(row))
    return found


@lru_cache(maxsize=16)
def _read(name: str, versions: tuple[bytes, ...]) -> Item | None:
    """None where no version can be read."""
    try:
        if len(versions) > 1 and name.lower().endswith(".csv"):
            return listed(_together(versions))
        return read_list(name, versions[0])
    except ListInvalid:
        return None


def _together(versions: Sequence[bytes]) -> list[dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    newest = table(versions[0])
    if any(KEY not in row for row in newest):
        return newest
    for body in versions:
        for row in table(body):
            rows.setdefault(row.get(KEY, ""), row)
    rows.pop("", None)
    return list(rows.values())
