"""What the QR of an enrolment code opens: the code is handed to the form app, unseen by us."""

from flask import Blueprint, Response, request

from server.auth import enrol
from server.auth.guard import public
from server.start import where
from server.start.inside import outside
from server.start.showing import settings, shown

blp = Blueprint("joining", __name__)


@blp.get("/enrol")
@public
@outside
def enrol_page() -> Response:
    """The code stands behind the #, which a browser never sends."""
    told = settings()
    return shown(
        "enrol.html",
        minutes=enrol.MINUTES,
        built=(told.client_dist / "index.html").is_file(),
        host=request.host_url.rstrip("/"),
        start=where.start_url(told) if told.tls else "/start",
        authority=told.local_authority,
    )
