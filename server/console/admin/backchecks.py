"""Back-checks: planned and committed to, given out on the day, filled in, compared."""

from functools import partial
from typing import Any

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from forms import drafts
from forms.definition import FormDefinition
from server.auth import units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.console.admin import asking
from server.console.blueprint import blp
from server.console.words import label, language, t
from server.services import services, session
from server.transaction import in_writing, reads
from store import clock, ids
from store.accounts import Device, Role
from store.areas import Area
from store.backchecks import Draw, Pick
from store.errors import Invalid, NotFound
from store.records import Record
from store.units import UnitPlace
from sync.push import push
from sync.scope import Given, Who
from sync.wire import parse_push
from verify import agreement, backchecks, drawing

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of made-up visits for which the planner tells how many are to be drawn of each cadre."""


@blp.get("/backchecks")
@guard(Permission.OFFICE)
@reads
def backchecks_page() -> str:
    """Draws of my area, what is mine to ask again, and how far answers agree."""
    known, mine = identity(), units.areas(Permission.OFFICE)
    codes = {area.code: area for area in mine}
    query = select(Draw).where(Draw.area.in_(codes)).order_by(Draw.committed_at.desc())
    draws = list(session().scalars(query.limit(50)))
    done = {draw: (every, filled) for draw, every, filled in session().execute(_counts(draws))}
    share = backchecks.ok_share(session(), _today())
    pairs = backchecks.pairs(session(), [draw.id for draw in draws])
    names = {area.code: area.name(language()) for area in mine} | _labels()
    return render_template(
        "admin/backchecks.html",
        draws=draws,
        done=done,
        names=names,
        planned=units.areas(Permission.BACKCHECK),
        planner=[(each, drawing.needed(each)) for each in SHARES],
        tables=_tables(pairs, share, names),
        share=share,
        mine=_mine(known.user),
        today=_today(),
    )


def _labels() -> dict[str, str]:
    """{question's last name: its words}; a name stays itself where the form is not published."""
    for definition in drafts.published(session()):
        if definition.form_id == backchecks.FORM:
            return {q.path.rpartition("/")[2]: label(q.label, q.path) for q in definition.questions}
    return {}


def _today() -> str:
    return clock.local_day(clock.now(), services().settings.tz).isoformat()


def _counts(draws: list[Draw]) -> Any:
    query = select(Pick.draw, func.count(), func.count(Pick.submission)).group_by(Pick.draw)
    return query.where(Pick.draw.in_([draw.id for draw in draws]))


def _tables(
    pairs: list[agreement.Pair], share: float, names: dict[str, str]
) -> list[tuple[str, list[agreement.Agreement]]]:
    """(heading, lines): by type, question, form and village; never by who visited."""

    def asked(pair: agreement.Pair) -> str:
        return names.get(pair.question, pair.question)

    return [
        (t("按类型", "By type"), agreement.by(pairs, lambda _: "", share)),
        (
            t("按问题", "By question"),
            agreement.by(pairs, asked, share),
        ),
        (t("按表单", "By form"), agreement.by(pairs, lambda p: p.form, share)),
        (
            t("按村", "By village"),
            agreement.by(pairs, lambda p: names.get(p.village, p.village), share, apart=False),
        ),
    ]


def _mine(user: str) -> list[tuple[Pick, Draw, dict[str, Any], str]]:
    """What I am to ask again: (pick, draw, what the register says of the house, village)."""
    told = []
    for pick, draw in backchecks.assigned(session(), user):
        row = session().get(Record, pick.unit)
        facts = orjson.loads(row.doc).get("set", {}) if row else {}
        area = session().get(Area, row.area) if row else None
        told.append((pick, draw, facts, area.name(language()) if area else ""))
    return told


@blp.post("/backchecks")
@guard(Permission.BACKCHECK)
def backcheck_commit() -> ResponseReturnValue:
    in_writing(session(), _commit)
    flash(
        t(
            "已定下种子和范围，指纹记入操作记录。到那一天自动抽取。",
            "Seed and frame are fixed, their fingerprints in the log. It is drawn on its day.",
        )
    )
    return redirect(url_for("console.backchecks_page"))


def _commit() -> None:
    form = request.form
    area = session().get(Area, form.get("area", ""))
    require(Permission.BACKCHECK, area.path if area else None)
    days = (form.get("since", ""), form.get("until", ""), form.get("reveal_on", ""))
    size = form.get("size", type=int) or 0
    tz = services().settings.tz
    backchecks.plan(session(), identity().user, form["area"], days, size, tz)


def _pick(draw: str, rec: str) -> Pick:
    """Mine and not done; raises NotFound."""
    row = session().get(Pick, (draw, rec))
    if row is None or row.checker != identity().user or row.submission is not None:
        raise NotFound("there is no such back-check of yours, or it is done")
    return row


def _form() -> FormDefinition:
    """The newest version; raises NotFound where none is published."""
    for definition in drafts.published(session()):
        if definition.form_id == backchecks.FORM:
            return definition
    raise NotFound("the form of back-checks is not published")


@blp.get("/backchecks/<string:draw>/<string:rec>")
@guard(Permission.SEE)
@reads
def backcheck(draw: str, rec: str) -> str:
    """The questions, empty: nothing of the first answers is shown."""
    pick, definition = _pick(draw, rec), _form()
    row = session().get(Record, pick.unit)
    return render_template(
        "admin/backcheck.html",
        definition=definition,
        parts=asking.parts(definition),
        flat=partial(asking.flat, definition),
        facts=orjson.loads(row.doc).get("set", {}) if row else {},
    )


@blp.post("/backchecks/<string:draw>/<string:rec>")
@guard(Permission.SEE)
def backcheck_fill(draw: str, rec: str) -> ResponseReturnValue:
    in_writing(session(), lambda: _fill(draw, rec))
    flash(t("复核已收到。", "The back-check is here."))
    return redirect(url_for("console.backchecks_page"))


def _fill(draw: str, rec: str) -> None:
    """An op of this browser, with the household in hand for this one form."""
    pick, definition, known = _pick(draw, rec), _form(), identity()
    given = dict(asking.answers(definition))
    if "door/found" not in given:
        raise Invalid("say whether somebody was met", found="required")
    device = session().get_one(Device, known.device, with_for_update=True)
    ident = ids.derived("backcheck", draw, rec)
    now = clock.now()
    line = {
        "op": ids.derived("backcheck op", draw, rec), "n": device.next_n, "rec": ident,
        "type": "submission", "form": definition.form_id, "form_v": definition.version,
        "base": None, "seen": {}, "at": now,
        "set": {definition.unit_path: pick.unit, "draw": draw, backchecks.VISIT: rec} | given,
    }  # fmt: skip
    device.next_n += 1
    body = {"device": known.device, "epoch": None, "sent_at": now, "ops": [line]}
    who = _with_household(known.who(), pick.unit)
    push(session(), services().keys, who, parse_push(orjson.dumps(body)), now)
    backchecks.received(session(), [(ident, pick.unit, rec)], now)


def _with_household(who: Who, unit: str) -> Who:
    """The checker is of another village: for this form the draw lends them the household."""
    query = select(Area.code, Area.path).join(UnitPlace, UnitPlace.area == Area.code)
    place = session().execute(
        query.where(UnitPlace.unit == unit, UnitPlace.ended_seq.is_(None))
    ).first()  # fmt: skip
    lent = (Given(Role.VILLAGE_WORKER.value, *place),) if place else ()
    return Who(who.user, who.device, who.grants + lent)
