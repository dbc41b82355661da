"""Which village an area belongs to, and the villages' own forms (F19, F20)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.flatpath import flatten
from store.areas import Area, Level
from store.records import Record, RecordType, is_a
from verify.checks.village_water import Certificate

BASE, WATER = "village_base", "village_water"


@dataclass(frozen=True, slots=True)
class Village:
    """What a village's forms say; `base` is the newest, by path."""

    base: Mapping[str, Any]
    certificates: tuple[Certificate, ...]


NOTHING = Village({}, ())


def villages(session: Session, paths: Collection[str]) -> dict[str, str]:
    """{path of an area: code of the village it is or lies in}; the area's own code above that."""
    codes = {code for path in paths for code in path.split("/") if code}
    level = Area.level == Level.VILLAGE.value
    known = set(session.scalars(select(Area.code).where(Area.code.in_(codes), level)))
    return {path: _village(path, known) for path in paths}


def _village(path: str, known: Collection[str]) -> str:
    codes = [code for code in path.split("/") if code]
    return next((code for code in codes if code in known), codes[-1] if codes else "")


def of_areas(session: Session, areas: Collection[str]) -> dict[str, str]:
    """{code of an area: code of its village}"""
    query = select(Area.code, Area.path).where(Area.code.in_(areas))
    paths = {code: path for code, path in session.execute(query)}
    found = villages(session, paths.values())
    return {code: found[path] for code, path in paths.items()}


def forms(session: Session, codes: Collection[str]) -> dict[str, Village]:
    """{village: what its forms say}, of these villages."""
    query = (
        select(Record.area, Record.form, Record.doc)
        .where(Record.form.in_((BASE, WATER)), Record.area.in_(codes), Record.state.is_(None))
        .where(is_a(RecordType.SUBMISSION), Record.deleted.is_(False))
        .order_by(Record.captured_at, Record.id)
    )
    bases: dict[str, Mapping[str, Any]] = {}
    certificates: dict[str, list[Certificate]] = defaultdict(list)
    for area, form, doc in session.execute(query):
        told = orjson.loads(doc)
        values = flatten(told.get("set", {}), told.get("rows", {}))
        if form == WATER:
            certificates[area].append(_certificate(values))
        elif _year(values) >= _year(bases.get(area, {})):
            bases[area] = values
    return {
        code: Village(bases.get(code, {}), tuple(certificates[code]))
        for code in bases.keys() | certificates.keys()
    }


def _year(values: Mapping[str, Any]) -> int:
    year = values.get("base/year")
    return year if isinstance(year, int) else 0


def _certificate(values: Mapping[str, Any]) -> Certificate:
    return Certificate(
        str(values.get("certified/water_conclusion") or ""),
        day_of(values.get("lab/sampled_on")),
        day_of(values.get("certified/valid_until")),
    )


def day_of(value: Any) -> date | None:
    """None for anything that is no day."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
