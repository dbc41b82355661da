"""Push and pull: see docs/protocol.md."""

import orjson
import structlog
from flask import Response, request

from server.api import contact, rush
from server.api.blueprint import Blueprint
from server.api.body import inflated, packed
from server.auth.guard import guard
from server.auth.identity import Identity, identity
from server.auth.permissions import Permission
from server.services import services, session
from server.transaction import in_writing, reads, writes
from store import clock, feed
from sync.errors import CursorAhead, DeviceMismatch, ProtocolTooOld
from sync.pull import pull
from sync.push import push
from sync.wire import MAX_BYTES, parse_push

PROTO = 1
log = structlog.get_logger()
blp = Blueprint("sync", __name__, url_prefix="/api/v1/sync", description="Delta sync")
contact.install(blp)
rush.install(blp)


def device() -> Identity:
    """Sync is for enrolled devices; a browser has its pages."""
    known = identity()
    if known.browser:
        raise DeviceMismatch("sync is for enrolled devices", device="bearer token")
    return known


@blp.post("/push")
@guard(Permission.SYNC)
def push_ops() -> Response:
    """Take a device's ops; every op is answered with where it is kept."""
    rush.wait(device())
    batch = parse_push(inflated(request, MAX_BYTES))
    answer = writes(push)(session(), services().keys, device().who(), batch, clock.now())
    body = {
        "epoch": answer.epoch,
        "server_time": clock.now(),
        "proto": PROTO,
        "position": answer.position,
        "backed_up_through": answer.backed_up_through,
        "results": answer.results,
    }
    return packed(request, orjson.dumps(body))


@blp.get("/pull")
@guard(Permission.SYNC)
def pull_changes() -> Response:
    """What changed in my households since my cursor; 204 when nothing did."""
    _proto()
    rush.wait(device())
    who = device().who()
    limit = request.args.get("limit", 500, type=int)
    try:
        page = reads(pull)(session(), services().keys, who, request.args.get("cursor"), limit)
    except CursorAhead as ahead:
        _set_back(ahead.epoch, who.device)
        raise
    contact.heard(who.device, page.position)
    if page.empty and request.args.get("cursor"):
        return Response(status=204)
    head = {
        "epoch": page.epoch,
        "server_time": clock.now(),
        "proto": PROTO,
        "cursor": page.cursor,
        "more": page.more,
        "total": page.total,
        "drop": page.drop,
    }
    records = b",".join(page.records)
    return packed(request, orjson.dumps(head)[:-1] + b',"records":[' + records + b"]}")


def _set_back(epoch: str, device: str) -> None:
    """A phone knows more than this database does: phones must hear that history began anew."""
    if in_writing(session(), lambda: feed.begin_anew(session(), epoch)):
        log.error("the database was set back; a new epoch began", epoch=epoch, device=device)


def _proto() -> None:
    spoken = request.headers.get("Ruhu-Proto", str(PROTO))
    number = int(spoken) if spoken.isascii() and spoken.isdigit() and len(spoken) < 10 else 0
    if number < PROTO:
        raise ProtocolTooOld("this app is too old to fetch; it can still send", proto=str(PROTO))
