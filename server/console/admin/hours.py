"""When the phones of an area send: hours with dates, a last evening's plan, and who came."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from server.api import rush
from server.auth import units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import t
from server.services import services, session
from server.transaction import reads, writes
from store import audit, clock, hours, ids
from store.accounts import Device, User
from store.areas import OFFICIAL, Area
from store.errors import Invalid, NotFound
from store.hours import RushPlan, SyncHours, SyncRound

HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
MOST_HOURS = 8
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Came:
    """One hour of one area, as it went."""

    area: Area
    due_at: str
    expected: int
    missed: list[str]


@blp.get("/hours")
@guard(Permission.HOURS)
@reads
def hours_page() -> str:
    mine = units.areas(Permission.HOURS, *OFFICIAL)
    codes = {area.code: area for area in mine}
    query = select(SyncHours).where(SyncHours.area.in_(codes)).order_by(SyncHours.since.desc())
    rows = [(codes[row.area], row, orjson.loads(row.hours)) for row in session().scalars(query)]
    plans = [
        (codes[plan.area], plan)
        for plan, _ in hours.plans(session(), clock.now())
        if plan.area in codes
    ]
    return render_template(
        "admin/hours.html",
        areas=mine, rows=rows, plans=plans, came=_came(codes), today=_today(),
    )  # fmt: skip


@blp.post("/hours")
@guard(Permission.HOURS)
@writes
def set_hours() -> ResponseReturnValue:
    """Hours of one area from a day on; left empty, those of the area above count again."""
    area = _area()
    since = _day(request.form.get("since", ""))
    told = re.split(r"[\s,，、]+", request.form.get("hours", "").replace("：", ":").strip())
    wanted = sorted({hour for hour in told if hour})
    if len(wanted) > MOST_HOURS or not all(HOUR.fullmatch(hour) for hour in wanted):
        raise Invalid("hours look like 12:00 19:30, at most eight").with_fields({"hours": "HH:MM"})
    now, tz = clock.now(), services().settings.tz
    hours.put(session(), area.code, since, wanted or None, identity().user, now)
    hours.announce(session(), area, _today(), tz)
    audit.write(
        session(), identity().user, "hours_set", area.code, since=since, hours=" ".join(wanted)
    )
    flash(t("已设置，手机下次联系时知道。", "Set; phones hear of it at their next contact."))
    return redirect(url_for("console.hours_page"))


@blp.post("/hours/plans")
@guard(Permission.HOURS)
@writes
def plan_rush() -> ResponseReturnValue:
    """A window in which each phone of the area gets a minute of its own."""
    area = _area()
    opens, closes = (_moment(request.form.get(name, "")) for name in ("opens", "closes"))
    if not 0 < clock.seconds_between(opens, closes) <= 12 * 3600:
        raise Invalid("a window ends after it opens, within twelve hours").with_fields(
            {"closes": "later"}
        )
    plan = RushPlan(id=ids.new(), area=area.code, opens_at=opens, closes_at=closes)
    plan.made_by, plan.made_at = identity().user, clock.now()
    session().add(plan)
    audit.write(session(), identity().user, "rush_planned", area.code, opens=opens, closes=closes)
    rush.forget()
    flash(t("已安排，每台手机一分钟。", "Planned; each phone has a minute of its own."))
    return redirect(url_for("console.hours_page"))


@blp.post("/hours/plans/<string:ident>/end")
@guard(Permission.HOURS)
@writes
def end_rush(ident: str) -> ResponseReturnValue:
    plan = session().get(RushPlan, ident)
    area = session().get(Area, plan.area) if plan else None
    if plan is None or area is None:
        raise NotFound("there is no such plan")
    require(Permission.HOURS, area.path)
    plan.ended_at = plan.ended_at or clock.now()
    audit.write(session(), identity().user, "rush_ended", plan.area)
    rush.forget()
    return redirect(url_for("console.hours_page"))


def _area() -> Area:
    """The one named in the form; raises NotFound, Forbidden."""
    area = session().get(Area, request.form.get("area", ""))
    require(Permission.HOURS, area.path if area else None)
    assert area is not None
    return area


def _came(codes: dict[str, Area]) -> list[Came]:
    query = select(SyncRound).where(SyncRound.area.in_(codes))
    rows = list(session().scalars(query.order_by(SyncRound.due_at.desc()).limit(ROUNDS)))
    names = _names({device for row in rows for device in orjson.loads(row.missed)})
    return [
        Came(
            codes[row.area], row.due_at, row.expected,
            [names.get(device, device[:8]) for device in orjson.loads(row.missed)],
        )
        for row in rows
    ]  # fmt: skip


def _names(devices: set[str]) -> dict[str, str]:
    query = select(Device.id, User.name).join(User, User.id == Device.user_id)
    return {device: name for device, name in session().execute(query.where(Device.id.in_(devices)))}


def _today() -> str:
    return clock.local_day(clock.now(), services().settings.tz).isoformat()


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as fault:
        raise Invalid("a day looks like 2026-11-24").with_fields({"since": "YYYY-MM-DD"}) from fault


def _moment(text: str) -> str:
    """`2026-11-30T18:00` by the office's clock, as a browser's field gives it."""
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(services().settings.tz))
        return clock.text(local)
    except (ValueError, OverflowError) as fault:
        told = {"opens": "YYYY-MM-DDTHH:MM"}
        raise Invalid("a moment looks like 2026-11-30T18:00").with_fields(told) from fault
