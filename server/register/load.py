"""Loading a checked workbook, all of it or nothing, through the one road in: submissions."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from server.auth import staff
from server.auth.signin import server_device
from server.register.book import Book, Fault, ImportInvalid, Line
from server.register.check import Known, check
from server.register.entry import FORM, entry, unit_id
from store import areas, audit, clock, feed, hands, ids, status
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

T = TypeVar("T")


@dataclass(slots=True)
class Loaded:
    """What a workbook brought, for the one who loads it."""

    counts: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    """{login: one-time password} of people who are new."""
    cadres: list[str] = field(default_factory=list)


def load(session: Session, keys: Keyring, book: Book, by: str | None) -> Loaded:
    """Check, then load in the caller's transaction. Raises ImportInvalid with every fault."""
    definition = newest(session)
    faults = check(book, definition, known(session))
    if faults:
        raise ImportInvalid(faults)
    _hold(session, book)
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


def _hold(session: Session, book: Book) -> None:
    """Lock every record of these households by id, before anything takes the feed counter."""
    units = sorted(unit_id(line["hh_code"]) for line in book.get("households", ()))
    held: list[str] = []
    for part in _parts(units):
        held += session.scalars(select(Record.id).where(Record.unit.in_(part)))
    for part in _parts(sorted(held)):
        status.lock(session, part)


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
        administrator=_administrator(session) is not None,
    )


def _administrator(session: Session) -> str | None:
    query = select(Grant.user_id).where(Grant.role == Role.ADMIN.value, Grant.ended_seq.is_(None))
    return session.scalars(query.order_by(Grant.started_seq)).first()


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
    user = by or _administrator(session)
    if user is None:
        told = "an administrator (role admin) must be in it or on the server"
        raise ImportInvalid([Fault("staff", 0, "role", told)])
    return Who(user, server_device(session, user), scope.grants_of(session, user), True)


def _places(session: Session, book: Book) -> None:
    """Where each household stands; one that moved leaves its old place, its records with it."""
    query = select(UnitPlace).where(UnitPlace.ended_seq.is_(None))
    present = {place.unit: place for place in session.scalars(query)}
    wanted = {
        unit_id(li["hh_code"]): li["group"] or li["village"] for li in book.get("households", ())
    }
    new = {u: a for u, a in wanted.items() if u not in present or present[u].area != a}
    seq = feed.take(session) if new else 0
    for unit, code in new.items():
        if unit in present:
            hands.move(session, unit, code)
            continue
        path = session.get_one(Area, code).path
        session.add(UnitPlace(unit=unit, area=code, area_path=path, started_seq=seq))
    session.flush()


def _pairings(session: Session, book: Book) -> None:
    users = {row.login: row.id for row in session.scalars(select(User))}
    query = select(Assignment.user_id, Assignment.unit).where(Assignment.ended_seq.is_(None))
    present = {(user, unit) for user, unit in session.execute(query)}
    wanted = {
        (users[line["login"]], unit_id(line["hh_code"])): line["from"][:10]
        for line in book.get("pairings", ())
    }
    new = {pair: since for pair, since in wanted.items() if pair not in present}
    seq, now = feed.take(session) if new else 0, clock.now()
    for (user, unit), since in new.items():
        made = Assignment(user_id=user, unit=unit, started_seq=seq, reason="register")
        made.started_at = since or now
        session.add(made)
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
        op = entry(session, keys, definition, line, members[line["hh_code"]])
        if op is not None:
            op["n"] = device.next_n
            device.next_n += 1
            ops.append(op)
    now = clock.now()
    for part in _parts(ops):
        body = {"device": device.id, "epoch": None, "sent_at": now, "ops": part}
        push(session, keys, office, parse_push(orjson.dumps(body)), now)
        session.flush()


def _parts(things: list[T]) -> Iterator[list[T]]:
    size = MAX_OPS // 2
    return (things[i : i + size] for i in range(0, len(things), size))


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
