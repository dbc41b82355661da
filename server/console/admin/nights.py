"""The checks over many visits: when they ran for each township, what came of it, and a button."""

import orjson
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server.auth import units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import t
from server.services import services, session
from server.transaction import reads, writes
from store import audit
from store.areas import Area, Level
from verify import night


@blp.get("/nights")
@guard(Permission.JOBS)
@reads
def nights() -> str:
    """Townships in which the reader sees background work; counts by rule, never by person."""
    mine = units.areas(Permission.JOBS, Level.TOWNSHIP)
    known = identity()
    may_ask = {area.code for area in mine if known.may(Permission.REVIEW, area.path)}
    return render_template(
        "admin/nights.html",
        townships=mine,
        runs=night.last(session(), [area.code for area in mine]),
        counts=lambda run: sorted(orjson.loads(run.findings).items()),
        may_ask=may_ask,
    )


@blp.post("/nights/<string:township>")
@guard(Permission.REVIEW)
@writes
def ask_night(township: str) -> ResponseReturnValue:
    """Have a township checked now; twice for the same visits is once."""
    area = session().get(Area, township)
    require(Permission.REVIEW, area.path if area else None)
    if night.ask(session(), township, services().settings.tz):
        audit.write(session(), identity().user, "night_asked", township)
        flash(t("已安排，一两分钟后再看。", "Under way; look again in a minute or two."))
    else:
        flash(t("今天已经核查过，没有新的走访。", "These visits were checked today."))
    return redirect(url_for("console.nights"))
