"""Published forms, by version; their bytes never change."""

from collections import defaultdict
from typing import Any

import orjson
from flask import Response, request
from sqlalchemy import select

from forms import drafts, publish
from forms.compare import compare
from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth.guard import guard, signed_in
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.services import session
from server.transaction import reads, writes
from store.errors import NotFound
from store.forms import FormDraft, FormRetired, FormVersion

blp = Blueprint("forms", __name__, url_prefix="/api/v1/forms", description="Forms")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blp.get("")
@guard(Permission.OFFICE)
@reads
def listed() -> Response:
    """Every form with its versions, the newest first, and whether it is retired or has a draft."""
    found: dict[str, list[FormVersion]] = defaultdict(list)
    for row in session().scalars(select(FormVersion).order_by(FormVersion.published_at.desc())):
        found[row.form].append(row)
    retired = set(session().scalars(select(FormRetired.form)))
    waiting = {row.form: row.version for row in session().scalars(select(FormDraft))}
    return json(
        {
            "forms": [
                _line(form, found[form], form in retired, waiting.get(form))
                for form in sorted({*found, *waiting})
            ]
        }
    )


def _line(
    form: str, versions: list[FormVersion], retired: bool, draft: str | None
) -> dict[str, Any]:
    told = [
        {"version": v.version, "sha256": v.sha256, "published_at": v.published_at} for v in versions
    ]
    title = orjson.loads(versions[0].title) if versions else {}
    return {"form": form, "title": title, "retired": retired, "draft": draft, "versions": told}


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


@blp.get("/<string:form>/<string:version>/source")
@guard(Permission.OFFICE)
@reads
def source(form: str, version: str) -> Response:
    """The workbook or XForm that the version was published from."""
    name, data = drafts.source(session(), form, version)
    return as_file(name, data)


@blp.get("/<string:form>/compare")
@guard(Permission.OFFICE)
@reads
def compared(form: str) -> Response:
    """Two versions, question by question; `new` may be `draft`."""
    told = (request.args.get(name, "") for name in ("old", "new"))
    old, new = (drafts.either(session(), form, version) for version in told)
    return json(compare(old, new).to_json())


@blp.post("/<string:form>/retire")
@guard(Permission.FORMS)
@writes
def retire(form: str) -> Response:
    """No new visit begins with it; what phones have begun is still taken."""
    publish.retire(session(), form, identity().user)
    return json({"form": form, "retired": True})


@blp.post("/<string:form>/reopen")
@guard(Permission.FORMS)
@writes
def reopen(form: str) -> Response:
    """New visits begin with it again."""
    publish.reopen(session(), form, identity().user)
    return json({"form": form, "retired": False})


def as_file(name: str, data: bytes) -> Response:
    """Bytes to be kept as a file, whatever the browser thinks of them."""
    response = Response(data, content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _answer(form: str, version: str, field: str, kind: str) -> Response:
    row = session().get(FormVersion, (form, version))
    if row is None:
        raise NotFound("there is no such form version")
    response = Response(getattr(row, field), content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(f"{row.sha256}-{field}")
    response.make_conditional(request)
    return response
