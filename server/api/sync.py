"""Push and pull: see docs/protocol.md."""

from collections.abc import Mapping

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
from server.transaction import in_writing, reads
from store import clock, digest, feed
from store.digest import Sum
from sync.errors import CursorAhead, DeviceMismatch, ProtocolTooOld
from sync.pull import pull
from sync.push import push
from sync.reconcile import MAX_BYTES as MAX_RECONCILE
from sync.reconcile import parse as parse_reconcile
from sync.reconcile import reconcile
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
@guard(Permission.SYNC, enrolled=True)
def push_ops() -> Response:
    """Take a device's ops; every op is answered with where it is kept."""
    rush.wait(device())
    batch = parse_push(inflated(request, MAX_BYTES))
    trial = request.args.get("check") == "1"
    who, keys, now = device().who(), services().keys, clock.now()
    answer = in_writing(session(), lambda: push(session(), keys, who, batch, now), not trial)
    body = {
        "epoch": answer.epoch,
        "server_time": clock.now(),
        "proto": PROTO,
        "position": answer.position,
        "backed_up_through": answer.backed_up_through,
        "results": answer.results,
    } | ({"check": True} if trial else {})
    return packed(request, orjson.dumps(body))


@blp.get("/pull")
@guard(Permission.SYNC, enrolled=True)
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
        "digests": told_digests(page.digests),
    }
    records = b",".join(page.records)
    return packed(request, orjson.dumps(head)[:-1] + b',"records":[' + records + b"]}")


def told_digests(found: Mapping[str, Sum]) -> dict[str, list[object]]:
    return {unit: [each.records, each.hex] for unit, each in found.items()}


@blp.post("/reconcile")
@guard(Permission.SYNC, enrolled=True)
def reconcile_copy() -> Response:
    """Where a phone's copy differs from what it was told, what to mend."""
    _proto()
    ask = parse_reconcile(inflated(request, MAX_RECONCILE))
    who, now = device().who(), clock.now()
    mend = reads(reconcile)(session(), services().keys, who, ask)
    if mend.mismatched:
        in_writing(session(), lambda: digest.note(session(), who.device, mend.mismatched, now))
        log.warning("a phone's copy differed", device=who.device, units=len(mend.mismatched))
    head = {
        "epoch": mend.epoch,
        "server_time": clock.now(),
        "proto": PROTO,
        "behind": mend.behind,
        "differ": mend.differ,
        "drop": mend.drop,
        "forget": mend.forget,
        "more": mend.more,
        "through": mend.through,
    }
    records = b",".join(mend.records)
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
