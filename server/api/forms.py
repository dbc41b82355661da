"""Published forms, by version; their bytes never change."""

from flask import Response, request

from server.api.blueprint import Blueprint
from server.auth.guard import signed_in
from server.services import session
from server.transaction import reads
from store.errors import NotFound
from store.forms import FormVersion

blp = Blueprint("forms", __name__, url_prefix="/api/v1/forms", description="Forms")


@blp.get("/<string:form>/<string:version>.json")
@signed_in
@reads
def definition(form: str, version: str) -> Response:
    """What the form asks, as the protocol's JSON."""
    return _answer(form, version, "definition", "application/json")


@blp.get("/<string:form>/<string:version>.xml")
@signed_in
@reads
def xform(form: str, version: str) -> Response:
    """The form as ODK XForm."""
    return _answer(form, version, "xform", "application/xml")


def _answer(form: str, version: str, field: str, kind: str) -> Response:
    row = session().get(FormVersion, (form, version))
    if row is None:
        raise NotFound("there is no such form version")
    response = Response(getattr(row, field), content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(f"{row.sha256}-{field}")
    response.make_conditional(request)
    return response
