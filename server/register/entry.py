"""One household's line and its members as a submission of the office's form."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from server.register.book import Line
from server.register.check import chosen, person_key
from store import clock, ids
from store.areas import Area
from store.records import OpResult, Record
from store.seal import Keyring

FORM = "household_register"


def unit_id(hh_code: str) -> str:
    """The household of a code: the same in every import."""
    return ids.derived("household", hh_code)


def entry(
    session: Session,
    keys: Keyring,
    definition: FormDefinition,
    line: Line,
    members: Iterable[Line],
) -> dict[str, Any] | None:
    """A register entry as the office form would send it; None where the last one says the same."""
    unit = unit_id(line["hh_code"])
    values = {"household": unit} | _facts(definition, line, session)
    rows = {_row(told["person"]): told for told in (_member(keys, definition, m) for m in members)}
    digest = _digest(keys, orjson.dumps([values, rows], option=orjson.OPT_SORT_KEYS))
    last, before = _last(session, unit)
    if last is not None and last.rec == ids.derived("register", unit, digest, _name(before)):
        return None
    people = [str(row["person"]) for row in rows.values()]
    return {
        "op": ids.derived("register op", unit, digest, _name(last)),
        "rec": ids.derived("register", unit, digest, _name(last)),
        "type": "submission",
        "form": definition.form_id,
        "form_v": definition.version,
        "base": None,
        "seen": _seen(session, last, [unit, *people]),
        "set": values,
        "rows": {"members": rows} if rows else {},
        "at": clock.now(),
    }


def _last(session: Session, unit: str) -> tuple[OpResult | None, OpResult | None]:
    """The household's last entry and the one before it."""
    query = (
        select(OpResult)
        .join(Record, Record.id == OpResult.rec)
        .where(Record.unit == unit, Record.form == FORM)
        .order_by(OpResult.seq.desc(), OpResult.n.desc())
        .limit(2)
    )
    found = list(session.scalars(query))
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)


def _name(entry: OpResult | None) -> str:
    return entry.op if entry else ""


def _seen(session: Session, last: OpResult | None, wanted: list[str]) -> dict[str, int]:
    """What the office knew of each when it wrote its last entry; where there was none, today's
    version. So a cell that the office left as it was never undoes what a visit has changed."""
    told = orjson.loads(last.result).get("entities", []) if last else []
    known = {entity["id"]: int(entity["v"]) for entity in told}
    rows = session.execute(select(Record.id, Record.version).where(Record.id.in_(wanted)))
    return {ident: known.get(ident, version) for ident, version in rows}


def _facts(definition: FormDefinition, line: Line, session: Session) -> dict[str, str]:
    group = session.get(Area, line["group"]) if line["group"] else None
    told = {
        "hh_code": line["hh_code"],
        "head_name": line["head_name"],
        "group_name": group.name_zh if group else "",
        "registered_address": line["address"],
        "actual_address": line["actual_home"],
        "phone": line["phone"],
        "housing_grade": _chosen(definition, "facts/housing_grade", line["housing_grade"]),
        "water_source": _chosen(definition, "facts/water_source", line["water_source"]),
    }
    return {f"facts/{name}": value for name, value in told.items() if value}


def _chosen(definition: FormDefinition, path: str, word: str) -> str:
    return next(iter(chosen(definition, path, word)), "")


def _row(person: str) -> str:
    return person.replace("-", "")[-8:]


def _person(keys: Keyring, member: Line) -> str:
    """Keyed, because from a plain hash an id number could be guessed."""
    return ids.derived("member", _digest(keys, orjson.dumps(person_key(member))))


def _digest(keys: Keyring, text: bytes) -> str:
    return hmac.new(keys.derive("register"), text, hashlib.sha256).hexdigest()


def _member(keys: Keyring, definition: FormDefinition, line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "person": _person(keys, line),
        "full_name": line["name"],
        "birth": line["birth"][:10],
        "id_number": line["id_number"].upper(),
        "health": chosen(definition, "members/health", line["health"]),
    }
    for name in ("relation", "sex", "labour", "in_school"):
        told[name] = _chosen(definition, f"members/{name}", line[name])
    return {name: value for name, value in told.items() if value}
