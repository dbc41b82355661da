"""A phone speaks of itself: what waits on it, in a light request of its own."""

from flask import Response
from msgspec import convert

from server.api.blueprint import Blueprint
from server.api.body import json
from server.api.sync import PROTO, device
from server.auth.guard import guard
from server.auth.permissions import Permission
from server.services import session
from server.transaction import writes
from store import clock, feed
from sync.push import note_state
from sync.wire import DeviceState, DeviceStateSchema

blp = Blueprint("device", __name__, url_prefix="/api/v1/device", description="A phone's own state")


@blp.post("/state")
@guard(Permission.SYNC, enrolled=True)
@blp.arguments(DeviceStateSchema)
@writes
def tell_state(body: dict[str, object]) -> Response:
    """What waits on this phone, when it has nothing to push: once an hour at most."""
    note_state(session(), device().device, convert(body, DeviceState), clock.now())
    told = {
        "epoch": feed.epoch(session()),
        "server_time": clock.now(),
        "proto": PROTO,
        "position": feed.head(session()),
        "backed_up_through": feed.backed_up_through(session()),
    }
    return json(told)
