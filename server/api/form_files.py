"""Choice lists and attachments of forms, by version; the bytes of a version never change."""

from typing import Any

from flask import Response, request

from forms import files, publish
from server.api.blueprint import Blueprint
from server.api.body import inflated, json
from server.auth.guard import guard, signed_in
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.services import session
from server.transaction import in_writing, reads
from store.forms import FormFile

blp = Blueprint(
    "form_files", __name__, url_prefix="/api/v1/forms/files", description="Lists and attachments"
)


@blp.get("")
@guard(Permission.OFFICE)
@reads
def listed() -> Response:
    """The newest version of every file."""
    return json({"files": [told(row) for row in files.newest(session()).values()]})


@blp.post("/<string:name>")
@guard(Permission.FORMS)
def upload(name: str) -> Response:
    """A new version of a file; phones whose forms name it fetch it. The same bytes: the same
    version."""
    data = inflated(request, files.MOST)
    return json(in_writing(session(), lambda: told(put(name, data))), 201)


def put(name: str, data: bytes) -> FormFile:
    """Raises FileInvalid."""
    row = files.put(session(), name, data, identity().user)
    publish.announce_files(session(), [name])
    return row


@blp.get("/<string:name>/<int:version>")
@signed_in
@reads
def file(name: str, version: int) -> Response:
    """One version of a file."""
    row = files.get(session(), name, version)
    response = Response(files.content(row), content_type=row.mime)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(row.sha256)
    response.make_conditional(request)
    return response


def told(row: FormFile) -> dict[str, Any]:
    return {
        "name": row.name,
        "version": row.version,
        "sha256": row.sha256,
        "size": row.size,
        "mime": row.mime,
        "uploaded_at": row.uploaded_at,
        "url": f"/api/v1/forms/files/{row.name}/{row.version}",
    }
