"""What is checked and how, and the dated figures that count today.

Open to everybody who sees visits: a doubt that its subject cannot read up on is no fair one.
"""

import orjson
from flask import render_template

from server.auth.guard import guard
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import Words, said, t
from server.services import services, session
from server.transaction import reads
from store import clock, parameters
from verify.catalogue import CATALOGUE, FIGURES
from verify.catalogue import PARTS as OWN_PARTS

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
        meant=meant,
        source=lambda row: orjson.loads(row.source),
        day=day,
    )


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
