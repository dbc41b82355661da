"""What is checked and how, and the dated figures that count today.

Open to everybody who sees visits: a doubt that its subject cannot read up on is no fair one.
"""

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.auth import units
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import Words, said, t
from server.services import services, session
from server.transaction import in_writing, reads
from store import clock, parameters, verdicts
from store.errors import Invalid
from store.records import Record
from sync import scope
from verify import docket, rerun
from verify import verdicts as giving
from verify.catalogue import AT_NIGHT, CATALOGUE, FIGURES
from verify.catalogue import PARTS as OWN_PARTS

MOST_RERUN = 300
"""Visits that a page runs again while somebody waits; the command runs them all."""
PARTS: dict[str, Words] = {
    "village": ("村里", "village"),
    "scattered": ("居住分散", "scattered"),
}


@blp.get("/checks")
@guard(Permission.SEE)
@reads
def checks() -> str:
    day = clock.local_day(clock.now(), services().settings.tz).isoformat()
    figures = sorted(parameters.in_force(session(), day).values(), key=lambda row: row.name)
    used = {name: check.rule for check in CATALOGUE for name in check.parameters}
    return render_template(
        "admin/checks.html",
        checks=CATALOGUE,
        figures=[
            (row, told(orjson.loads(row.value), row.name), used.get(row.name)) for row in figures
        ],
        tallies=docket.tallies(session()),
        silent=verdicts.muted(session()),
        may_unmute=identity().permits(Permission.RULES),
        may_rerun=identity().permits(Permission.AUDIT) and identity().permits(Permission.REVIEW),
        meant=meant,
        source=lambda row: orjson.loads(row.source),
        day=day,
    )


@blp.post("/checks/<string:rule>/unmute")
@guard(Permission.RULES)
def unmute(rule: str) -> ResponseReturnValue:
    in_writing(session(), lambda: giving.unmute(session(), identity().user, rule, clock.now()))
    flash(t("规则 %s 又会提示了。", "Rule %s speaks again.") % rule)
    return redirect(url_for("console.checks") + f"#{rule}")


@blp.get("/checks/rerun")
@guard(Permission.AUDIT)
@reads
def rerun_page() -> ResponseReturnValue:
    """A past month with other figures, where the reader reviews; nothing is changed.

    Who only reads the log would learn of findings before the cadre was heard.
    """
    month, words = request.args.get("month", ""), request.args.get("set", "")
    difference, fault = None, ""
    if month:
        who = units.with_permission(identity(), Permission.REVIEW)
        reach = Record.unit.in_(scope.units(who))
        tz = services().settings.tz
        try:
            changed = rerun.figures_of(words.split())
            difference = rerun.compare(
                session(), services().keys, month, changed, tz, reach, MOST_RERUN
            )
        except Invalid as refusal:
            fault = refusal.detail
    page = render_template(
        "admin/rerun.html",
        month=month,
        words=words,
        difference=difference,
        fault=fault,
        most=MOST_RERUN,
        names=sorted({name for check in CATALOGUE for name in check.parameters} - AT_NIGHT),
        meant=meant,
    )
    return page, 422 if fault else 200


def told(value: object, figure: str = "") -> str:
    """A figure on one line: `village 100, scattered 300`."""
    if isinstance(value, dict):
        each = (f"{part(name, figure)} {told(inner)}" for name, inner in value.items())
        return t("，", ", ").join(each)
    if isinstance(value, list):
        return t("、", ", ").join(map(told, value)) or t("没有", "none")
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    return str(value)


def part(name: str, figure: str = "") -> str:
    """What a part of a figure is called; parts of the same name differ from figure to figure."""
    words = OWN_PARTS.get(figure, PARTS).get(name)
    return said(words) if words else name


def meant(name: str) -> str:
    """What a figure is, in words; one without any is called by its name."""
    return said(FIGURES[name]) if name in FIGURES else name
