"""`flask demo prepare`: the made-up township, through the same import an office uses."""

import os
import secrets
from pathlib import Path
from typing import Any

import click
import orjson
from flask.cli import with_appcontext
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.auth import enrol, passwords
from server.cli.terminal import plainly, say
from server.register.book import ImportInvalid, read
from server.register.load import load
from server.services import services, session
from server.start.where import public_url
from server.transaction import in_writing
from store.accounts import Device, Grant, Role, User

LOGINS = "demo-logins.json"
PHONES = frozenset({Role.CADRE.value, Role.VILLAGE_WORKER.value, Role.TOWNSHIP_SUPERVISOR.value})
"""Roles that get a phone in the demo."""


@click.group()
def demo() -> None:
    """Made-up data to try everything with."""


@demo.command()
@click.argument("workbook", type=click.Path(exists=True, path_type=Path))
@with_appcontext
@plainly
def prepare(workbook: Path) -> None:
    """Load WORKBOOK, give everybody a random password, make codes for phones not enrolled yet.

    Writes RUHU_HOME/demo-logins.json (mode 600). Run again it keeps the passwords and makes
    fresh codes.
    """
    path = services().settings.home / LOGINS
    known = orjson.loads(path.read_bytes()) if path.exists() else {}
    book, faults = read(workbook)
    if faults:
        raise ImportInvalid(faults)

    def prepared() -> dict[str, Any]:
        if not known:
            load(session(), services().keys, book, None)
        staff = [(line["login"], line["role"]) for line in book["staff"]]
        return _logins(session(), staff, known)

    told = in_writing(session(), prepared)
    _keep(path, told)
    say(f"演示数据已准备，登录名在 {path}", f"demo data are ready, logins in {path}")


def _logins(
    current: Session, staff: list[tuple[str, str]], known: dict[str, Any]
) -> dict[str, Any]:
    """What the demo's phones and the start page need."""
    kept = {user["login"]: user["password"] for user in known.get("users", ())}
    settings = services().settings
    users, codes = [], []
    for login, role in staff:
        user = current.scalars(select(User).where(User.login == login)).one()
        user.demo = True
        password = kept.get(login) or _give(user)
        area = current.scalars(select(Grant.area).where(Grant.user_id == user.id)).first()
        users.append(
            {"login": login, "password": password, "name": user.name, "role": role, "area": area}
        )
        if role in PHONES and not _has_phone(current, user.id):
            codes.append({"login": login, "code": enrol.make(current, user.id, user.id)[0]})
    return {"base_url": public_url(settings), "users": users, "enrol": codes}


def mark(current: Session, home: Path) -> None:
    """Know the accounts of a demo that was made before accounts told so."""
    path = home / LOGINS
    logins = [u["login"] for u in orjson.loads(path.read_bytes())["users"]] if path.exists() else []
    if logins:
        current.execute(update(User).where(User.login.in_(logins)).values(demo=True))


def _give(user: User) -> str:
    """A random password that need not be changed: it belongs to nobody."""
    password = f"{passwords.one_time()}-{secrets.randbelow(90) + 10}"
    user.password, user.must_change = passwords.hashed(password), False
    return password


def _has_phone(current: Session, user: str) -> bool:
    query = select(Device.id).where(Device.user_id == user, Device.kind == "phone")
    return current.scalars(query).first() is not None


def _keep(path: Path, told: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    part.replace(path)
