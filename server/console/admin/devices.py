"""Phones of people in my area: let one in by a one-time code, take one out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.auth import enrol, reach
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.admin import sheet
from server.console.blueprint import blp
from server.console.words import t
from server.services import session
from server.transaction import reads, writes

CLOCK_LIMIT = 300
"""Seconds of offset from which a phone's clock is shown as wrong."""


@blp.get("/devices")
@guard(Permission.ENROL)
@reads
def devices() -> str:
    """Every phone of people in my area, and whom I may make a code for."""
    who = identity()
    phones = [
        (device, owner, reach.may_touch(who, Permission.ENROL, owner))
        for device, owner in reach.phones(session(), who)
    ]
    people = [
        each
        for each in reach.people(session(), who, Permission.ENROL)
        if each.user.disabled_at is None and reach.may_touch(who, Permission.ENROL, each)
    ]
    start = sheet.start()
    return render_template(
        "admin/devices.html",
        start=start,
        start_picture=sheet.picture(start) if start else "",
        phones=phones,
        people=people,
        chosen=request.args.get("for", ""),
        clock_limit=CLOCK_LIMIT,
    )


@blp.post("/devices/codes")
@guard(Permission.ENROL)
@writes
def new_code() -> ResponseReturnValue:
    """A code for one person: fifteen minutes, once; shown on this answer and never again."""
    wanted = request.form.get("user", "")
    whom = reach.person(session(), identity(), Permission.ENROL, wanted)
    reach.touch(identity(), Permission.ENROL, whom)
    code = sheet.code_for(whom)
    return render_template("admin/code.html", whom=whom, code=code, minutes=enrol.MINUTES), 201


@blp.post("/devices/<string:ident>/revoke")
@guard(Permission.ENROL)
@writes
def revoke_device(ident: str) -> ResponseReturnValue:
    """Out of service from its next request on; what it sent stays."""
    device, owner = reach.phone(session(), identity(), ident)
    reach.touch(identity(), Permission.ENROL, owner)
    if device.revoked_at is None:
        enrol.revoke(session(), device, identity().user)
    flash(
        t(f"{owner.user.name}的手机已停用。", f"The phone of {owner.user.name} is out of service.")
    )
    return redirect(url_for("console.devices"))
