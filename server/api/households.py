"""Households: in whose hands they are, and where they stand."""

from flask import Response
from marshmallow import Schema, fields, validate

from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth import handing
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.services import session
from server.transaction import writes
from store import hands
from store.accounts import User

blp = Blueprint("households", __name__, url_prefix="/api/v1/households", description="Households")


class ReassignSchema(Schema):
    login = fields.String(load_default="", validate=validate.Length(max=64))
    area = fields.String(load_default="", validate=validate.Length(max=64))
    reason = fields.String(required=True, validate=validate.Length(1, hands.MAX_REASON))


@blp.post("/<string:unit>/reassign")
@guard(Permission.REASSIGN)
@blp.arguments(ReassignSchema)
@writes
def reassign(body: dict[str, str], unit: str) -> Response:
    """Give a household to another cadre, move it to another area, or both."""
    handing.reassign(session(), identity(), unit, body["login"], body["area"], body["reason"])
    now = hands.of(session(), unit)
    logins = [session().get_one(User, user).login for user in now.cadres]
    return json({"household": unit, "cadres": logins, "area": now.area})
