"""What the register holds of each household of a township that ties it to another."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import parts
from store.records import Record, RecordType
from store.seal import SealedIndex
from verify.across.sharing import ACCOUNT, PHONE
from verify.across.villages import day_of
from verify.checks.shared import LEFT
from verify.rounds import homes as places

_HOUSEHOLD, _MEMBER = RecordType.HOUSEHOLD.value, RecordType.MEMBER.value


@dataclass(frozen=True, slots=True)
class Household:
    """One household on a day; P1 values by their keyed index only."""

    unit: str
    village: str
    day: date
    rec: str | None
    """Its newest visit in a year."""
    births: tuple[date | None, ...]
    """Of everybody who is of the household; None where the register does not tell."""
    digests: frozenset[str]
    """Keyed indexes of its phone and benefit account."""
    address: str
    assets: frozenset[str]


def read(session: Session, township: str, asof: datetime) -> list[Household]:
    """Households of the register, in the order of their ids."""
    homes = places.homes(session, township)
    visits: dict[str, str] = {}
    for visit in places.visits(session, homes, asof):
        visits.setdefault(visit.unit, visit.rec)
    facts, births = _register(session, homes)
    digests = _digests(session, facts)
    return [
        Household(
            unit=unit,
            village=homes[unit],
            day=asof.date(),
            rec=visits.get(unit),
            births=tuple(births[unit]),
            digests=frozenset(digests[unit]),
            address=str(told.get("registered_address") or "").strip(),
            assets=frozenset(_chosen(told.get("assets"))),
        )
        for unit, told in sorted(facts.items())
    ]


def _register(
    session: Session, units: Collection[str]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, list[date | None]]]:
    """({household: its facts}, {household: births of its people})"""
    facts: dict[str, Mapping[str, Any]] = {}
    births: dict[str, list[date | None]] = defaultdict(list)
    for part in parts(units):
        kinds = Record.type.concat("").in_((_HOUSEHOLD, _MEMBER))
        query = select(Record.unit, Record.type, Record.doc).where(Record.unit.in_(part), kinds)
        query = query.where(Record.deleted.is_(False)).order_by(Record.id)
        for unit, kind, doc in session.execute(query):
            told = orjson.loads(doc).get("set", {})
            if kind == _HOUSEHOLD:
                facts[unit] = told
            elif told.get("change") not in LEFT:
                births[unit].append(day_of(told.get("birth")))
    return facts, births


def _digests(session: Session, units: Collection[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts(units):
        query = select(SealedIndex.record, SealedIndex.digest).where(
            SealedIndex.record.in_(part), SealedIndex.path.in_((PHONE, ACCOUNT))
        )
        for unit, digest in session.execute(query):
            found[unit].add(digest)
    return found


def _chosen(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [str(one) for one in value] if isinstance(value, list) else []
