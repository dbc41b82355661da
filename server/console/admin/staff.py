"""People of my area: added, closed, opened again, given a one-time password."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.auth import reach, units
from server.auth import staff as verbs
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import MAY_GRANT, Permission
from server.auth.reach import Person
from server.console.admin import sheet
from server.console.blueprint import blp
from server.console.words import t
from server.problems import STATUS
from server.services import session
from server.transaction import in_writing, reading, reads, writes
from store.accounts import Role
from store.areas import OFFICIAL, Area
from store.errors import Invalid, NotFound

ASKED = ("login", "name", "role", "area")
VISITING = (Role.CADRE, Role.VILLAGE_WORKER)
"""Who works with a phone, so that their sheet carries a code for it."""


@blp.get("/staff")
@guard(Permission.STAFF)
@reads
def staff() -> str:
    return _page({}, {})


@blp.post("/staff")
@guard(Permission.STAFF)
def add_person() -> ResponseReturnValue:
    """Somebody new below me; their one-time password stands on this answer and never again."""
    asked = {name: request.form.get(name, "").strip() for name in ASKED}
    try:
        return in_writing(session(), lambda: _added(asked)), 201
    except (Invalid, verbs.LoginTaken) as refusal:
        with reading(session()):
            return _page(asked, refusal.fields), STATUS[refusal.code]


def _added(asked: Mapping[str, str]) -> str:
    area = session().get(Area, asked["area"]) if asked["area"] else None
    if asked["area"] and (area is None or not identity().may(Permission.STAFF, area.path)):
        raise NotFound("there is no such area, or it is not yours")
    if area is not None and asked["role"] in {role.value for role in Role}:
        verbs.may_give(identity(), asked["role"], area.path)
    user, password = verbs.add(session(), **asked, by=identity().user)
    return _sheet(reach.person(session(), identity(), Permission.STAFF, user.id), password)


@blp.post("/staff/<string:ident>/disable")
@guard(Permission.STAFF)
@writes
def disable_person(ident: str) -> ResponseReturnValue:
    """Closed at once: browser sessions end, phones are refused."""
    whom = _touched(ident)
    if whom.user.disabled_at is None:
        verbs.disable(session(), whom.user, identity().user)
    return _back(
        t(f"{whom.user.name}的账号已停用。", f"The account of {whom.user.name} is closed.")
    )


@blp.post("/staff/<string:ident>/enable")
@guard(Permission.STAFF)
@writes
def enable_person(ident: str) -> ResponseReturnValue:
    """Opened again, with the password and the phones there were."""
    whom = _touched(ident)
    if whom.user.disabled_at is not None:
        verbs.enable(session(), whom.user, identity().user)
    return _back(t(f"{whom.user.name}的账号已启用。", f"The account of {whom.user.name} is open."))


@blp.post("/staff/<string:ident>/reset")
@guard(Permission.STAFF)
@writes
def reset_password(ident: str) -> ResponseReturnValue:
    """A one-time password, shown on this answer and never again."""
    whom = _touched(ident)
    return _sheet(whom, verbs.reset(session(), whom.user, identity().user))


def _touched(ident: str) -> Person:
    whom = reach.person(session(), identity(), Permission.STAFF, ident)
    reach.touch(identity(), Permission.STAFF, whom)
    return whom


def _back(told: str) -> ResponseReturnValue:
    flash(told)
    return redirect(url_for("console.staff"))


def _sheet(whom: Person, password: str) -> str:
    open_ = whom.user.disabled_at is None
    with_code = (
        open_
        and whom.has(*VISITING)
        and reach.may_touch(identity(), Permission.ENROL, whom)
        and identity().permits(Permission.ENROL)
    )
    code = sheet.code_for(whom) if with_code else None
    return render_template(
        "admin/sheet.html",
        whom=whom,
        password=password,
        code=code,
        host=request.host_url.rstrip("/"),
        places=_names([whom]),
    )


def _page(asked: Mapping[str, str], faults: Mapping[str, str]) -> str:
    who = identity()
    people = reach.people(session(), who, Permission.STAFF)
    return render_template(
        "admin/staff.html",
        people=[(each, reach.may_touch(who, Permission.STAFF, each)) for each in people],
        places=_names(people),
        roles=_roles(),
        areas=units.areas(Permission.STAFF, *OFFICIAL),
        asked=asked,
        faults=faults,
    )


def _roles() -> list[str]:
    """What I may give, in the order of the table."""
    mine = {role for g in identity().grants for role in MAY_GRANT.get(Role(g.role), frozenset())}
    return [role.value for role in Role if role in mine]


def _names(people: list[Person]) -> dict[str, Area]:
    codes = {given.area for each in people for given in each.grants}
    return {code: session().get_one(Area, code) for code in sorted(codes)}
