"""What a phone needs beside the feed: its villages, drafts to try, the office's figures."""

from collections.abc import Iterator
from typing import Any

import orjson
from flask import Response
from sqlalchemy import or_, select

from forms import drafts, publish
from server.api.blueprint import Blueprint
from server.api.body import json
from server.api.sync import device
from server.auth.guard import guard
from server.auth.identity import Identity
from server.auth.permissions import Permission
from server.services import services, session
from server.transaction import reads
from store import areas, clock, parameters
from store.areas import Area, Level
from store.forms import FormDraft
from sync.scope import WRITING

blp = Blueprint("work", __name__, url_prefix="/api/v1/work", description="Beside the feed")
FIGURES = ("second_visitor_days",)
"""Parameters that the app itself goes by; forms have their own beside them."""


@blp.get("")
@guard(Permission.SYNC, enrolled=True)
@reads
def work() -> Response:
    """Asked for after a pull that brought anything: whatever changes here moves the feed."""
    known = device()
    return json(
        {
            "villages": list(_villages(known)),
            "drafts": [_draft(row) for row in _mine(known)],
            "figures": _figures(known),
        }
    )


def _villages(known: Identity) -> Iterator[dict[str, Any]]:
    """Where this person may fill in a village's form: in, above or below what they were given."""
    paths = known.who().paths(WRITING)
    codes = {code for path in paths for code in path.strip("/").split("/")}
    inside = [Area.path.startswith(path, autoescape=True) for path in paths]
    query = select(Area).where(Area.level == Level.VILLAGE.value)
    query = query.where(or_(Area.code.in_(codes), *inside)).order_by(Area.path)
    for area in session().scalars(query):
        name = {"zh": area.name("zh"), "en": area.name("en")}
        yield {"unit": areas.unit_of(area.code), "code": area.code, "name": name}


def _mine(known: Identity) -> list[FormDraft]:
    """Drafts that name this person as a tester."""
    rows = session().scalars(select(FormDraft).order_by(FormDraft.form))
    return [row for row in rows if known.user in drafts.testers(row)]


def _draft(row: FormDraft) -> dict[str, Any]:
    return {
        "form": row.form,
        "version": row.version,
        "title": orjson.loads(row.title),
        "definition_url": f"/api/v1/forms/drafts/{row.form}.json",
        "xform_url": f"/api/v1/forms/drafts/{row.form}.xml",
        "sha256": row.sha256,
    } | publish.about(session(), row)


def _figures(known: Identity) -> dict[str, Any]:
    """As of today, where this person works."""
    day = clock.local_day(clock.now(), services().settings.tz).isoformat()
    codes = [given.area for given in sorted(known.grants, key=lambda g: len(g.path))]
    told = parameters.as_of(session(), day, codes[-1] if codes else "")
    return {name: told[name] for name in FIGURES if name in told}
