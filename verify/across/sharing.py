"""Who else has the same id number, phone or bank account: asked by keyed index, in the county.

Most values stand once, which the index alone tells; only of the others are the holders read, and
of one value never more than MOST.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from forms.definition import FormDefinition
from forms.flatpath import definition_path, flatten
from store.records import Record, RecordType
from store.seal import Keyring, SealedIndex
from store.units import UnitPlace
from verify.across import villages
from verify.checks.shared import LEFT, Holder, Told
from verify.reading import Visit

ID, PHONE, ACCOUNT = "id_number", "phone", "bank_account"
PLAUSIBLE: Mapping[str, re.Pattern[str]] = {
    ID: re.compile(r"\d{17}[\dX]|\d{15}"),
    PHONE: re.compile(r"\d{7,12}"),
    ACCOUNT: re.compile(r"\d{12,19}"),
}
"""{property of the register: what such a value looks like}: "none" is nobody's number."""
MOST = 50
Sharer = Row[str, str, str, str, str]
"""(index, household, type, document, path of its area) of a record that has a value."""
_HOUSE = aliased(Record)
_ASKED = (
    select(SealedIndex.digest, Record.unit, Record.type, Record.doc, UnitPlace.area_path)
    .join(Record, Record.id == SealedIndex.record)
    .join(UnitPlace, UnitPlace.unit == Record.unit)
    .join(_HOUSE, _HOUSE.id == Record.unit)
    .where(Record.deleted.is_(False), _HOUSE.deleted.is_(False), UnitPlace.ended_seq.is_(None))
    .order_by(Record.unit)
)
"""Who has a value, in households that stand somewhere today."""


@dataclass(frozen=True, slots=True)
class Value:
    """One such value of a visit, by its keyed index."""

    name: str
    path: str
    digest: str
    left: bool


def values(keys: Keyring, visit: Visit, definition: FormDefinition) -> Iterator[Value]:
    """What a visit says of these, wherever its form asks for them."""
    flat = flatten(visit.doc.get("set", {}), visit.doc.get("rows", {}))
    for path, value in visit.sealed.items():
        question = definition.by_path.get(definition_path(path))
        name = (question.save_to if question and question.dataset else None) or ""
        if name not in PLAUSIBLE or not PLAUSIBLE[name].fullmatch(str(value).strip().upper()):
            continue
        change = flat.get(f"{path.rpartition('/')[0]}/change") if "[" in path else None
        yield Value(name, path, keys.index(name, value), change in LEFT)


def told(
    session: Session, found: Mapping[str, Collection[Value]], units: Mapping[str, str]
) -> dict[str, list[tuple[str, Told]]]:
    """{visit: (property, who else has it)}; `units`: {visit: its household}."""
    holders = sharers(session, {value.digest for each in found.values() for value in each})
    places = villages.villages(session, {r.area_path for rows in holders.values() for r in rows})
    made: dict[str, list[tuple[str, Told]]] = defaultdict(list)
    for rec, each in found.items():
        for value in sorted(each, key=lambda value: value.path):
            rows = [r for r in holders.get(value.digest, ()) if r.unit != units[rec]]
            others = [Holder(r.unit, places[r.area_path], has_left(r)) for r in rows]
            made[rec].append((value.name, Told(value.path, others, value.left)))
    return made


def sharers(session: Session, digests: Collection[str]) -> dict[str, list[Sharer]]:
    """{index: members and households of the register that have it}, of those that stand more than
    once; of what very many have only some are read, each such by itself."""
    if not digests:
        return {}
    query = select(SealedIndex.digest, func.count()).where(SealedIndex.digest.in_(digests))
    counts = session.execute(query.group_by(SealedIndex.digest).having(func.count() > 1)).all()
    few = [digest for digest, count in counts if count <= MOST]
    rows = list(session.execute(_ASKED.where(SealedIndex.digest.in_(few)))) if few else []
    for digest, count in counts:
        if count > MOST:
            rows += session.execute(_ASKED.where(SealedIndex.digest == digest).limit(MOST))
    found: dict[str, list[Sharer]] = defaultdict(list)
    for row in rows:
        found[row.digest].append(row)
    return found


def has_left(row: Sharer) -> bool:
    if row.type != RecordType.MEMBER.value:
        return False
    return orjson.loads(row.doc).get("set", {}).get("change") in LEFT
