"""Visits for supervisors' programs: read one, decide about it."""

import orjson
from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy import func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth import units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.services import services, session
from server.transaction import reads, writes
from store import clock
from store.areas import Area
from store.errors import NotFound
from store.records import Record, RecordType
from store.status import status_id
from sync import scope
from sync.pull import told
from verify import answering, backchecks, hearing, review

blp = Blueprint("visits", __name__, url_prefix="/api/v1/visits", description="Visits")


class ReviewSchema(Schema):
    action = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    version = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=0, max=2**31 - 1),
    )
    reason = fields.String(load_default="")
    comments = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


def legible() -> ColumnElement[bool]:
    """Of the submissions in reach: a back-check is read by its author and who reviews there only,
    so that nobody whose visit is asked again learns what was said."""
    return or_(
        func.coalesce(Record.form, "") != backchecks.FORM,
        Record.author == identity().user,
        Record.area.in_(units.area_codes(Permission.REVIEW)),
    )


def visible(ident: str) -> tuple[Record, str]:
    """(the visit, its area's path); raises NotFound outside the reader's scope."""
    who = identity().who()
    query = (
        select(Record, Area.path)
        .join(Area, Area.code == Record.area)
        .where(Record.id == ident, Record.type == RecordType.SUBMISSION.value)
        .where(or_(Record.unit.in_(scope.units(who)), Record.author == who.user), legible())
    )
    found = session().execute(query).first()
    if found is None:
        raise NotFound("there is no such visit, or none in your area")
    return found[0], found[1]


@blp.get("/<string:ident>")
@guard(Permission.SEE)
@reads
def one(ident: str) -> Response:
    """A visit with its status; P1 values are left out."""
    record, area = visible(ident)
    body = orjson.loads(told(services().keys, record, False))
    return json(body | {"status": _status(record, area)})


def _status(record: Record, area: str) -> dict[str, object] | None:
    """What the server says of it; findings only as far as the reader may see them yet."""
    row = session().get(Record, status_id(record.id))
    if row is None:
        return None
    doc: dict[str, object] = orjson.loads(row.doc)
    known = identity()
    if known.may(Permission.REVIEW, area) or answering.may(session(), known.user, record):
        return doc
    now, tz = clock.now(), services().settings.tz
    return doc | {"findings": hearing.shown(session(), [record.id], now, tz).get(record.id, [])}


@blp.post("/<string:ident>/review")
@guard(Permission.REVIEW)
@blp.arguments(ReviewSchema)
@writes
def decide(body: dict[str, object], ident: str) -> Response:
    """Approve a visit, or send it back with a reason and comments by field."""
    record, area = visible(ident)
    require(Permission.REVIEW, area)
    version = body["version"] if isinstance(body["version"], int) else record.version
    user = identity().user
    if body["action"] == "approve":
        review.approve(session(), user, ident, version)
    else:
        comments = {str(k): str(v) for k, v in dict(body["comments"]).items()}  # type: ignore[call-overload]
        review.send_back(session(), user, ident, version, str(body["reason"]), comments)
    status = session().get_one(Record, status_id(ident), populate_existing=True)
    return json(orjson.loads(status.doc))
