"""Conflicts: read both sides with what they rest on, and settle."""

from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from reports import disputes
from reports.disputes import Dispute, Value
from reports.quarrel import Quarrel, Side, quarrel
from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth import sides, units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.services import services, session
from server.transaction import reads, writes
from store import clock
from store.areas import Area
from store.conflicts import Conflict
from store.errors import Invalid
from sync.settle import MAX_REASON, Choice, Verdict, settle

blp = Blueprint("conflicts", __name__, url_prefix="/api/v1/conflicts", description="Conflicts")


class SettleSchema(Schema):
    choice = fields.String(required=True, validate=validate.OneOf([c.value for c in Choice]))
    value = fields.Raw(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=MAX_REASON))
    mark = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))


@blp.get("")
@guard(Permission.OFFICE)
@reads
def listed() -> Response:
    """Conflicts in my area, the latest first."""
    state = request.args.get("state", "open")
    if state not in ("open", "settled"):
        raise Invalid("open or settled", state="open or settled")
    who, after = identity().who(), request.args.get("after", "")
    rows, following = disputes.conflicts(
        session(), services().keys, who, after, disputes.PAGE, state, _path()
    )
    return json({"conflicts": [_line(each) for each in rows], "after": following})


def _path() -> str:
    code = request.args.get("area", "")
    if not code:
        return ""
    area = session().get(Area, code)
    require(Permission.OFFICE, area.path if area else None)
    return area.path if area else ""


@blp.get("/<string:ident>")
@guard(Permission.OFFICE)
@reads
def one(ident: str) -> Response:
    """Both sides of one conflict; P1 values are masked."""
    return json(_told(quarrel(session(), services().keys, identity().who(), ident), False))


@blp.post("/<string:ident>/open")
@guard(Permission.UNMASK)
@writes
def opened(ident: str) -> Response:
    """The same with P1 values in the open; that I saw them is kept."""
    told = quarrel(session(), services().keys, identity().who(), ident)
    sides.open_sides(session(), identity(), told)
    return json(_told(told, True))


@blp.post("/<string:ident>/settle")
@guard(Permission.SETTLE)
@blp.arguments(SettleSchema)
@writes
def decide(body: dict[str, Any], ident: str) -> Response:
    """Decide which value stands, with a reason; closes all that waits on the path."""
    known, keys = identity(), services().keys
    told = quarrel(session(), keys, known.who(), ident)
    units.require(Permission.SETTLE, told.dispute.household)
    who = sides.at_office(session(), known)
    verdict = Verdict(Choice(body["choice"]), body["reason"], body["mark"], body["value"])
    row = settle(session(), keys, who, ident, verdict, clock.now())
    return json(_settled(row) or {})


def _line(each: Dispute) -> dict[str, Any]:
    row = each.row
    return {
        "id": row.id,
        "record": row.rec,
        "visit": each.visit,
        "household": each.household,
        "area": row.area,
        "path": row.path,
        "kind": row.kind,
        "state": row.state,
        "found_at": row.found_at,
        "by": each.by,
    }


def _told(found: Quarrel, open_: bool) -> dict[str, Any]:
    return _line(found.dispute) | {
        "base": _values(found.base, open_),
        "standing": _side(found.standing, open_),
        "waiting": _side(found.waiting, open_),
        "others": [each.id for each in found.others],
        "mark": found.mark,
        "may_settle": sides.may_settle(identity(), found),
        "settled": _settled(found.dispute.row),
    }


def _settled(row: Conflict) -> dict[str, Any] | None:
    if row.state == "open":
        return None
    return {
        "op": row.settled_op,
        "at": row.settled_at,
        "by": row.settled_by,
        "choice": row.choice,
        "reason": row.reason,
    }


def _values(values: list[Value], open_: bool) -> dict[str, Any]:
    return {each.path: sides.worded(each, open_) for each in values}


def _side(side: Side, open_: bool) -> dict[str, Any]:
    return {
        "values": _values(side.values, open_),
        "by": side.by.name if side.by else None,
        "user": side.by.id if side.by else None,
        "device": side.device.id if side.device else None,
        "device_label": side.device.label if side.device else None,
        "op": side.op,
        "at": side.at,
        "received_at": side.received_at,
        "form": side.form,
        "form_v": side.form_v,
        "visit": side.visit,
        "fix": side.fix,
        "flags": side.flags,
        "photos": [{"sha256": p.sha256, "role": p.role, "stored": p.stored} for p in side.photos],
    }
