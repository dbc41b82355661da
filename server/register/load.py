"""Loading a checked workbook, all of it or nothing, through the one road in: submissions."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from server.auth import staff
from server.auth.signin import server_device
from server.register.book import Book, Fault, ImportInvalid, Line
from server.register.check import Known, check, choices
from store import areas, audit, clock, feed, ids
from store.accounts import Device, Grant, Role, User
from store.areas import Area, Level
from store.errors import Invalid
from store.forms import FormVersion
from store.records import Record, RecordType
from store.seal import Keyring
from store.units import Anchor, Assignment, UnitPlace
from sync import definitions, scope
from sync.push import push
from sync.scope import Who
from sync.wire import MAX_OPS, parse_push

FORM = "household_register"


@dataclass(slots=True)
class Loaded:
    """What a workbook brought, for the one who loads it."""

    counts: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    """{login: one-time password} of people who are new."""
    cadres: list[str] = field(default_factory=list)


def unit_id(hh_code: str) -> str:
    """The household of a code: the same in every import."""
    return ids.derived("household", hh_code)


def load(session: Session, keys: Keyring, book: Book, by: str | None) -> Loaded:
    """Check, then load in the caller's transaction. Raises ImportInvalid with every fault."""
    definition = newest(session)
    faults = check(book, definition, known(session))
    if faults:
        raise ImportInvalid(faults)
    loaded = Loaded(counts={sheet: len(lines) for sheet, lines in book.items()})
    _areas(session, book)
    _staff(session, keys, book, loaded, by)
    office = _office(session, by)
    _places(session, book)
    _pairings(session, book)
    _households(session, keys, book, definition, office)
    _anchors(session, book, office.user)
    audit.write(session, office.user, "register_imported", "register", **loaded.counts)
    return loaded


def newest(session: Session) -> FormDefinition:
    query = select(FormVersion).where(FormVersion.form == FORM)
    row = session.scalars(query.order_by(FormVersion.published_at.desc()).limit(1)).first()
    if row is None:
        raise Invalid("the form household_register is not published; run `flask setup` first")
    wanted = (row.form, row.version)
    return definitions.load(session, {wanted})[wanted]


def known(session: Session) -> Known:
    households = select(Record.doc).where(Record.type == RecordType.HOUSEHOLD.value)
    codes = (orjson.loads(doc)["set"].get("hh_code") for doc in session.scalars(households))
    return Known(
        areas=set(session.scalars(select(Area.code))),
        logins=set(session.scalars(select(User.login))),
        households={code for code in codes if code},
    )


def _areas(session: Session, book: Book) -> None:
    there = set(session.scalars(select(Area.code)))
    for line in book.get("areas", ()):
        if line["code"] not in there:
            areas.add(
                session,
                line["code"],
                Level(line["level"]),
                line["parent"] or None,
                line["name_zh"],
                line["name_en"],
            )


def _staff(session: Session, keys: Keyring, book: Book, loaded: Loaded, by: str | None) -> None:
    there = set(session.scalars(select(User.login)))
    for line in book.get("staff", ()):
        if line["login"] in there:
            continue
        user, password = staff.add(
            session, line["login"], line["name"], line["role"], line["area"], by
        )
        if line["phone"]:
            user.phone = keys.seal(user.id, "phone", line["phone"])
        loaded.passwords[line["login"]] = password
        if line["role"] in (Role.CADRE.value, Role.VILLAGE_WORKER.value):
            loaded.cadres.append(line["login"])


def _office(session: Session, by: str | None) -> Who:
    """Who pushes: the named person, else the administrator the workbook or the server has."""
    admin = (
        select(Grant.user_id)
        .where(Grant.role == Role.ADMIN.value, Grant.ended_seq.is_(None))
        .order_by(Grant.started_seq)
    )
    user = by or session.scalars(admin).first()
    if user is None:
        told = "an administrator (role admin) must be in it or on the server"
        raise ImportInvalid([Fault("staff", 0, "role", told)])
    return Who(user, server_device(session, user), scope.grants_of(session, user), True)


def _places(session: Session, book: Book) -> None:
    """Where each household stands; one that moved leaves its old place."""
    seq = feed.take(session)
    for line in book.get("households", ()):
        area = session.get_one(Area, line["group"] or line["village"])
        unit = unit_id(line["hh_code"])
        present = session.scalars(
            select(UnitPlace).where(UnitPlace.unit == unit, UnitPlace.ended_seq.is_(None))
        ).first()
        if present is not None and present.area == area.code:
            continue
        if present is not None:
            present.ended_seq = seq
        session.add(UnitPlace(unit=unit, area=area.code, area_path=area.path, started_seq=seq))
    session.flush()


def _pairings(session: Session, book: Book) -> None:
    seq, now = feed.take(session), clock.now()
    users = {row.login: row.id for row in session.scalars(select(User))}
    for line in book.get("pairings", ()):
        unit, user = unit_id(line["hh_code"]), users[line["login"]]
        present = session.scalars(
            select(Assignment).where(
                Assignment.unit == unit,
                Assignment.user_id == user,
                Assignment.ended_seq.is_(None),
            )
        ).first()
        if present is None:
            since = line["from"] or now
            session.add(
                Assignment(
                    user_id=user,
                    unit=unit,
                    started_seq=seq,
                    started_at=since[:24],
                    reason="register",
                )
            )
    session.flush()


def _households(
    session: Session, keys: Keyring, book: Book, definition: FormDefinition, office: Who
) -> None:
    members: dict[str, list[Line]] = defaultdict(list)
    for line in book.get("members", ()):
        members[line["hh_code"]].append(line)
    device = session.get_one(Device, office.device)
    ops = []
    for line in book.get("households", ()):
        op = _op(session, definition, line, members[line["hh_code"]])
        op["n"] = device.next_n
        device.next_n += 1
        ops.append(op)
    now = clock.now()
    for part in _parts(ops):
        body = {"device": device.id, "epoch": None, "sent_at": now, "ops": part}
        push(session, keys, office, parse_push(orjson.dumps(body)), now)
        session.flush()


def _parts(ops: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    size = MAX_OPS // 2
    return (ops[i : i + size] for i in range(0, len(ops), size))


def _op(
    session: Session, definition: FormDefinition, line: Line, members: Iterable[Line]
) -> dict[str, Any]:
    """A register entry as the office form would send it; the same row makes the same op."""
    unit = unit_id(line["hh_code"])
    values = {"household": unit} | _facts(definition, line, session)
    rows = {_row(m): _member(definition, m) for m in members}
    digest = hashlib.sha256(orjson.dumps([values, rows], option=orjson.OPT_SORT_KEYS)).hexdigest()
    seen = {
        ident: session.get_one(Record, ident).version
        for ident in [unit, *(str(r["person"]) for r in rows.values())]
        if session.get(Record, ident) is not None
    }
    return {
        "op": ids.derived("register op", unit, digest),
        "rec": ids.derived("register", unit, digest),
        "type": "submission",
        "form": definition.form_id,
        "form_v": definition.version,
        "base": None,
        "seen": seen,
        "set": values,
        "rows": {"members": rows} if rows else {},
        "at": clock.now(),
    }


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
    return choices(definition, path).get(word, word)


def _row(member: Line) -> str:
    return _person(member).replace("-", "")[-8:]


def _person(member: Line) -> str:
    key = member["id_number"] or f"{member['name']}|{member['birth']}|{member['relation']}"
    return ids.derived("member", member["hh_code"], key)


def _member(definition: FormDefinition, line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {
        "person": _person(line),
        "full_name": line["name"],
        "birth": line["birth"][:10],
        "id_number": line["id_number"].upper(),
        "health": [_chosen(definition, "members/health", w) for w in line["health"].split()],
    }
    for name in ("relation", "sex", "labour", "in_school"):
        told[name] = _chosen(definition, f"members/{name}", line[name])
    return {name: value for name, value in told.items() if value}


def _anchors(session: Session, book: Book, by: str) -> None:
    """Positions of the register are approved: the office vouches for them."""
    for line in book.get("households", ()):
        unit = unit_id(line["hh_code"])
        there = session.scalars(
            select(Anchor.id).where(Anchor.unit == unit, Anchor.state == "approved")
        ).first()
        if not line["lat"] or there is not None:
            continue
        session.add(
            Anchor(
                id=ids.new(),
                unit=unit,
                lat=float(line["lat"]),
                lon=float(line["lon"]),
                acc=float(line["anchor_acc"] or 20),
                state="approved",
                source="register",
                proposed_at=clock.now(),
                decided_at=clock.now(),
                decided_by=by,
            )
        )
    session.flush()
