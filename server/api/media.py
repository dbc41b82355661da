"""Photos by tus 1.0: resumable after any cut, verified whole."""

import base64
import binascii
from typing import BinaryIO, cast

from flask import Response, request
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from media import upload
from media.attach import size_of, stored_hashes
from media.derive import SCREEN, THUMB
from media.upload import SpoolShort, State
from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth.guard import guard, public
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.services import services, session
from server.transaction import in_writing, reading, reads
from store import clock
from store.errors import Invalid, NotFound, Refusal
from sync.scope import may_see_file

TUS = "1.0.0"
blp = Blueprint("media", __name__, url_prefix="/api/v1/media", description="Photos (tus 1.0)")
_VARIANTS = {"thumb": THUMB, "screen": SCREEN}


class TusVersion(Refusal):
    """Another version of tus than 1.0.0."""

    code = "tus_version"


class WrongType(Refusal):
    """A PATCH has Content-Type application/offset+octet-stream."""

    code = "unsupported_media_type"


class _Body:
    """The request's body for rooms that know no HTTP: a cut line is an OSError."""

    def read(self, most: int) -> bytes:
        try:
            return request.stream.read(most)
        except ClientDisconnected as cut:
            raise ConnectionResetError("the body was cut") from cut


class HaveSchema(Schema):
    hashes = fields.List(
        fields.String(validate=validate.Regexp(r"^[0-9a-f]{64}\Z")),
        required=True,
        validate=validate.Length(max=200),
    )


@blp.route("", methods=["OPTIONS"])
@public
def options() -> Response:
    """What this server speaks of tus."""
    headers = {
        "Tus-Resumable": TUS,
        "Tus-Version": TUS,
        "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
        "Tus-Checksum-Algorithm": "sha1,sha256",
        "Tus-Max-Size": str(services().settings.media_max),
    }
    return Response(status=204, headers=headers)


@blp.post("/have")
@guard(Permission.SYNC, enrolled=True)
@blp.arguments(HaveSchema)
@reads
def have(body: dict[str, list[str]]) -> Response:
    """Which of these files the server has."""
    kept = stored_hashes(session(), body["hashes"])
    missing = [sha for sha in body["hashes"] if sha not in kept]
    return json({"have": sorted(kept), "missing": missing})


@blp.post("")
@guard(Permission.SYNC, enrolled=True)
def create() -> Response:
    """Begin an upload, or find the one begun before."""
    _version()
    meta = _metadata(request.headers.get("Upload-Metadata", ""))
    length = _number("Upload-Length")
    most = services().settings.media_max
    who, sha = identity(), meta.get("sha256", "")
    state = in_writing(
        session(),
        lambda: upload.create(session(), who.user, sha, length, meta, most, who.device),
    )
    if request.content_length and state.offset == 0 and not state.whole:
        # A body sent with the question begins at the file's first byte; where an earlier
        # question was cut half-way, the answer says from where to go on.
        state = _receive(state, 0)
    response = _answer(state, 201)
    response.headers["Location"] = f"/api/v1/media/{state.id}"
    return response


@blp.route("/<string:ident>", methods=["HEAD"])
@guard(Permission.SYNC, enrolled=True)
@reads
def head(ident: str) -> Response:
    """Where an upload stands."""
    state = upload.read(session(), ident, identity().user)
    response = _answer(state, 200)
    response.headers["Upload-Length"] = str(state.length)
    return response


@blp.patch("/<string:ident>")
@guard(Permission.SYNC, enrolled=True)
def patch(ident: str) -> Response:
    """More bytes of an upload, from its offset on."""
    _version()
    if request.mimetype != "application/offset+octet-stream":
        raise WrongType("send application/offset+octet-stream")
    user = identity().user
    with reading(session()) as current:
        state = upload.read(current, ident, user)
    return _answer(_receive(state, _number("Upload-Offset")), 204)


@blp.delete("/<string:ident>")
@guard(Permission.SYNC, enrolled=True)
def terminate(ident: str) -> Response:
    """End an upload and forget its bytes."""
    user = identity().user
    with reading(session()) as current:
        upload.read(current, ident, user)
    with upload.spool(services().settings.spool, ident):
        in_writing(session(), lambda: upload.end(session(), ident))
        upload.drop_spool(services().settings.spool, ident)
    return Response(status=204, headers={"Tus-Resumable": TUS})


def _receive(state: State, offset: int) -> State:
    """Bytes to the spool without a transaction, then the offset by compare-and-set."""
    spool = services().settings.spool
    with upload.spool(spool, state.id) as file:
        with reading(session()) as current:
            state = upload.read(current, state.id, identity().user)
        if state.whole:
            return state
        try:
            end = upload.receive(file, state, offset, cast(BinaryIO, _Body()), _checksum())
        except SpoolShort as short:
            have = short.have
            in_writing(session(), lambda: upload.stand_at(session(), state, have))
            raise
        if end == state.length:
            return _finish(file, state, end)
        return in_writing(session(), lambda: upload.advance(session(), state, end))


def _finish(file: BinaryIO, state: State, end: int) -> State:
    """The whole file: verified, kept, then said to be stored."""
    spool = services().settings.spool
    try:
        mime = upload.verify(file, state)
    except Refusal:
        in_writing(session(), lambda: upload.stand_at(session(), state, 0))
        file.truncate(0)
        raise
    fresh = upload.keep(services().storage, spool, state)

    def say() -> State:
        done = upload.advance(session(), state, end)
        upload.finish(session(), done, mime)
        if not fresh:
            upload.still_kept(services().storage, state.sha256)
        return done

    done = in_writing(session(), say)
    upload.drop_spool(spool, state.id)
    return done


@blp.get("/<string:sha256>")
@guard(Permission.SEE)
@reads
def whole(sha256: str) -> Response:
    """A photo as it came, for people with the household in scope."""
    return _file(sha256, None)


@blp.get("/<string:sha256>/<string:variant>")
@guard(Permission.SEE)
@reads
def small(sha256: str, variant: str) -> Response:
    """A small copy without EXIF: `thumb` (512 px) or `screen` (1600 px)."""
    if variant not in _VARIANTS:
        raise NotFound("there is thumb and screen")
    return _file(sha256, _VARIANTS[variant])


def _file(sha256: str, variant: str | None) -> Response:
    mime = may_see_file(session(), identity().who(), sha256)
    if mime is None:
        raise NotFound("there is no such photo in your area")
    storage = services().storage
    if variant is None and (part := _part(sha256)) is not None:
        return _headers(part, sha256, mime)
    file = storage.open_variant(sha256, variant) if variant else storage.open(sha256)
    with file:
        data = file.read()
    response = _headers(Response(data), sha256 + (variant or ""), "image/jpeg" if variant else mime)
    return cast(
        Response,
        response.make_conditional(request, accept_ranges=True, complete_length=len(data)),
    )


def _part(sha256: str) -> Response | None:
    """One range that the file has is read alone; anything else is answered from the whole."""
    size = size_of(session(), sha256)
    asked = request.range.range_for_length(size) if request.range else None
    if asked is None or request.if_range.etag or request.if_range.date or request.if_none_match:
        return None
    data = services().storage.part(sha256, *asked)
    response = Response(data, status=206)
    response.content_range.set(asked[0], asked[1], size)
    return response


def _headers(response: Response, tag: str, mime: str) -> Response:
    response.content_type = mime
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Disposition"] = "inline"
    response.accept_ranges = "bytes"
    response.set_etag(tag)
    return response


def _version() -> None:
    if request.headers.get("Tus-Resumable") != TUS:
        raise TusVersion("this server speaks tus 1.0.0", version=TUS)


def _number(name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise Invalid(f"{name} is a whole number").with_fields({name: "a whole number"})
    return int(text)


def _metadata(text: str) -> dict[str, str]:
    """tus: comma-separated `key base64` pairs."""
    told = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as fault:
            raise Invalid("Upload-Metadata is not tus").with_fields({key: "base64"}) from fault
    return told


def _checksum() -> tuple[str, bytes] | None:
    name, _, value = request.headers.get("Upload-Checksum", "").partition(" ")
    if not name:
        return None
    if name not in ("sha1", "sha256"):
        raise Invalid("Upload-Checksum is sha1 or sha256").with_fields({"Upload-Checksum": name})
    try:
        return name, base64.b64decode(value, validate=True)
    except binascii.Error as fault:
        raise Invalid("Upload-Checksum is not base64") from fault


def _answer(state: State, status: int) -> Response:
    headers = {
        "Tus-Resumable": TUS,
        "Upload-Offset": str(state.offset),
        "Upload-Expires": http_date(clock.parse(state.expires_at)),
        "Cache-Control": "no-store",
    }
    return Response(status=status, headers=headers)
