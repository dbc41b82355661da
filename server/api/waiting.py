"""Ops that wait for a person: held for a predecessor, set aside whole, come too late."""

from flask import Response, request

from reports import disputes, waiting
from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth import reach, sides
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.services import services, session
from server.transaction import reads, writes
from store import clock
from store.errors import NotFound
from store.records import Held, Quarantine
from sync import release

blp = Blueprint("waiting", __name__, url_prefix="/api/v1/waiting", description="Waiting ops")


@blp.get("/held")
@guard(Permission.OFFICE)
@reads
def held() -> Response:
    """Ops of people in my area that wait for their predecessor, the longest first."""
    people = reach.ids(identity(), Permission.OFFICE)
    rows = [
        {
            "origin": each.row.origin,
            "op": each.row.op,
            "record": each.row.rec,
            "household": each.household,
            "after": each.row.after,
            "by": each.by.name,
            "held_at": each.row.held_at,
        }
        for each in waiting.held(session(), people)
    ]
    return json({"held": rows})


@blp.get("/quarantined")
@guard(Permission.OFFICE)
@reads
def quarantined() -> Response:
    """Ops of people in my area that were set aside, the latest first; values are left out."""
    people = reach.ids(identity(), Permission.OFFICE)
    before = request.args.get("before", "")
    rows, following = disputes.asides(session(), services().keys, people, before)
    told = [
        {
            "origin": each.row.origin,
            "op": each.row.op,
            "record": each.row.rec,
            "why": each.row.why,
            "by": each.by.name,
            "form": each.form,
            "form_v": each.form_v,
            "at": each.at,
            "quarantined_at": each.row.quarantined_at,
        }
        for each in rows
    ]
    return json({"quarantined": told, "before": following})


@blp.get("/late")
@guard(Permission.OFFICE)
@reads
def late() -> Response:
    """Ops that came after the household had left their author's hands, the latest first."""
    before = request.args.get("before", type=int)
    rows, following = waiting.late(session(), identity().who(), before)
    told = [
        {
            "op": each.op,
            "visit": each.visit,
            "household": each.household,
            "by": each.by.name,
            "at": each.at,
            "received_at": each.received_at,
            "changed": each.changed,
        }
        for each in rows
    ]
    return json({"late": told, "before": following})


@blp.post("/<string:origin>/<string:op>/release")
@guard(Permission.SETTLE)
@writes
def let_go(origin: str, op: str) -> Response:
    """Merge a waiting op now; it keeps its id, its author and its base."""
    in_reach(origin, op)
    who = sides.at_office(session(), identity())
    done = release.release(session(), services().keys, who, origin, op, clock.now())
    return json(done.answer.told())


def in_reach(origin: str, op: str) -> Held | Quarantine:
    """The op, if its author works in the asker's area. Raises NotFound."""
    kept = release.waiting(session(), origin, op)
    if kept.user_id not in set(session().scalars(reach.ids(identity(), Permission.SETTLE))):
        raise NotFound("there is no such op, or none in your area")
    return kept
