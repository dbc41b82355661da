"""`GET /metrics` for Prometheus, with the token of the settings; without one, no such page."""

import hmac

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from reports import metrics
from server.auth.guard import public
from server.auth.identity import NotSignedIn
from server.services import services, session
from server.transaction import reads
from store.errors import NotFound

blp = Blueprint("metrics", __name__)


@blp.get("/metrics")
@public
@reads
def figures() -> Response:
    """How work stands; for a scraper that sends `Authorization: Bearer <RUHU_METRICS_TOKEN>`."""
    token = services().settings.metrics_token
    if not token:
        raise NotFound("no RUHU_METRICS_TOKEN is set, so there are no metrics")
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), token.encode()):
        raise NotSignedIn("send the token of RUHU_METRICS_TOKEN as a bearer")
    return Response(metrics.text(session()), content_type=CONTENT_TYPE_LATEST)
