"""Who I am, and how a phone joins."""

from flask import Response, request
from marshmallow import EXCLUDE, Schema, fields, validate

from reports import phones
from server.api.blueprint import Blueprint
from server.api.body import json
from server.api.sync import PROTO
from server.auth import demo, enrol, reach
from server.auth.guard import guard, public, signed_in
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.auth.throttle import ENROL, limiter
from server.services import services, session
from server.transaction import reads, writes
from store import clock, feed
from store.accounts import Device

blp = Blueprint("people", __name__, url_prefix="/api/v1", description="People and devices")


def _short(most: int) -> fields.String:
    """One line of words; PostgreSQL keeps no NUL."""
    one_line = validate.Regexp(r"^[^\x00-\x1f\x7f]*\Z", error="one line of plain text")
    return fields.String(load_default="", validate=[validate.Length(max=most), one_line])


class AboutDevice(Schema):
    class Meta:
        unknown = EXCLUDE

    label = _short(100)
    model = _short(100)
    app = _short(50)


class EnrolSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    device = fields.Nested(AboutDevice, load_default=dict)


class CodeSchema(Schema):
    login = fields.String(required=True, validate=validate.Length(min=1, max=64))


@blp.get("/ping")
@public
@reads
def ping() -> Response:
    """Whether the server and its database answer."""
    told = {"ok": True, "server_time": clock.now(), "proto": PROTO}
    return json(told | {"epoch": feed.epoch(session())})


@blp.get("/me")
@signed_in
def me() -> Response:
    """The person behind this token or session, and what they were given."""
    known = identity()
    grants = [{"role": g.role, "area": g.area} for g in known.grants]
    told = {"id": known.user, "login": known.login, "name": known.name, "lang": known.lang}
    return json(told | {"device": known.device, "grants": grants, "server_time": clock.now()})


@blp.post("/enrol")
@public
@limiter.limit(ENROL)
@blp.arguments(EnrolSchema)
@writes
def enrol_device(body: dict[str, object]) -> Response:
    """Trade a one-time code for this phone's own token, shown this once."""
    about: dict[str, str] = {"label": "", "model": "", "app": ""} | dict(body["device"])  # type: ignore[call-overload]
    device, token, user = enrol.redeem(session(), str(body["code"]), **about)
    demo.admit(user.demo)
    told = {
        "device": device.id,
        "token": token,
        "user": {"id": user.id, "name": user.name, "lang": user.lang},
        "epoch": feed.epoch(session()),
        "server_time": clock.now(),
        "proto": PROTO,
    }
    return json(told, 201)


@blp.post("/enrol-codes")
@guard(Permission.ENROL)
@blp.arguments(CodeSchema)
@writes
def make_code(body: dict[str, str]) -> Response:
    """A code for somebody in my area: fifteen minutes, once."""
    whom = reach.person_by_login(session(), identity(), Permission.ENROL, body["login"])
    reach.touch(identity(), Permission.ENROL, whom)
    code, expires = enrol.make(session(), whom.id, identity().user)
    url = enrol.address(request.host_url, code)
    return json({"code": code, "url": url, "expires_at": expires}, 201)


@blp.get("/devices")
@guard(Permission.ENROL)
@reads
def devices() -> Response:
    """Phones of people in my area, and how each fares."""
    mine = reach.phones(session(), identity())
    fares = phones.look(session(), [device for device, _ in mine], services().settings.tz)
    told = [_phone(device, owner) | fares[device.id].told() for device, owner in mine]
    return json({"devices": told})


def _phone(device: Device, owner: reach.Person) -> dict[str, object]:
    return {
        "id": device.id,
        "login": owner.user.login,
        "label": device.label,
        "app": device.app,
        "enrolled_at": device.enrolled_at,
        "last_seen_at": device.last_seen_at,
        "revoked_at": device.revoked_at,
    }


@blp.get("/devices/<string:ident>/health")
@guard(Permission.ENROL)
@reads
def device_health(ident: str) -> Response:
    """How one phone fares, with the last times that it was refused."""
    device, owner = reach.phone(session(), identity(), ident)
    fares = phones.look(session(), [device], services().settings.tz)[device.id]
    faults = [
        {"at": f.at, "code": f.code, "status": f.status, "route": f.route} for f in fares.faults
    ]
    return json(_phone(device, owner) | fares.told() | {"faults": faults})


@blp.post("/devices/<string:ident>/revoke")
@guard(Permission.ENROL)
@writes
def revoke(ident: str) -> Response:
    """Take a phone out of service; its token is refused at its next request."""
    device, owner = reach.phone(session(), identity(), ident)
    reach.touch(identity(), Permission.ENROL, owner)
    enrol.revoke(session(), device, identity().user)
    return json({"id": device.id, "revoked_at": device.revoked_at})
