"""Every refusal becomes RFC 9457 problem+json, its status from one table; pages get a page."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from store.errors import Refusal
from sync.places import places

STATUS: Mapping[str, int] = {
    "malformed_json": 400,
    "duplicate_key": 400,
    "malformed_body": 400,
    "cursor_invalid": 400,
    "not_signed_in": 401,
    "device_revoked": 401,
    "user_disabled": 401,
    "wrong_login": 401,
    "forbidden": 403,
    "own_visit": 403,
    "own_conflict": 403,
    "csrf_failed": 403,
    "password_must_change": 403,
    "demo_on_lan": 403,
    "device_mismatch": 403,
    "not_found": 404,
    "file_not_found": 404,
    "upload_unknown": 404,
    "enrol_code_unknown": 404,
    "conflict": 409,
    "version_moved": 409,
    "conflict_moved": 409,
    "conflict_settled": 409,
    "finding_unheard": 409,
    "finding_decided": 409,
    "form_version_exists": 409,
    "form_draft_unfit": 409,
    "login_taken": 409,
    "backup_running": 409,
    "database_in_use": 409,
    "not_empty": 409,
    "offset_mismatch": 409,
    "cursor_gone": 410,
    "enrol_code_expired": 410,
    "enrol_code_used": 410,
    "upload_expired": 410,
    "tus_version": 412,
    "push_too_large": 413,
    "body_too_large": 413,
    "file_too_large": 413,
    "unsupported_encoding": 415,
    "unsupported_media_type": 415,
    "invalid_request": 422,
    "area_unknown": 422,
    "op_still_unfit": 422,
    "form_invalid": 422,
    "form_file_invalid": 422,
    "hash_mismatch": 422,
    "not_an_image": 422,
    "image_too_large": 422,
    "animated_image": 422,
    "weak_password": 422,
    "import_invalid": 422,
    "backup_invalid": 422,
    "other_secret": 422,
    "upload_locked": 423,
    "protocol_too_old": 426,
    "too_many_attempts": 429,
    "come_later": 429,
    "too_many_uploads": 429,
    "checksum_mismatch": 460,
    "store_unavailable": 503,
}
"""{code: HTTP status}. A code that is missing here is a fault of ours: 500."""

_OURS = {413: "body_too_large", 422: "invalid_request", 429: "too_many_attempts"}
"""The names that we and not Werkzeug give."""
Render = Callable[[dict[str, Any]], str]
log = structlog.get_logger()


def install(app: Flask, render: Render) -> None:
    """`render` makes the page that people see."""

    def refused(refusal: Refusal) -> Response:
        status = STATUS.get(refusal.code, 500)
        return _answer(_body(refusal.code, status, refusal.detail, refusal.fields), render)

    def http(fault: HTTPException) -> Response:
        status = fault.code or 500
        name = (fault.name or "error").lower().replace(" ", "_").replace("'", "")
        code = _OURS.get(status, name)
        body = _body(code, status, fault.description or "", _messages(fault))
        return _answer(body, render, dict(_headers(fault)))

    def failed(fault: Exception) -> Response:
        ticket = uuid.uuid4().hex[:12]
        log.exception(
            "request failed", ticket=ticket, path=request.path, error=type(fault).__name__
        )
        return _answer(_body("internal_error", 500, f"ticket {ticket}", {}), render)

    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, failed)


def _headers(fault: HTTPException) -> list[tuple[str, str]]:
    told = [(n, v) for n, v in fault.get_headers() if n in ("Allow", "Retry-After")]
    if isinstance(fault, RateLimitExceeded):
        told.append(("Retry-After", str(fault.limit.limit.get_expiry())))
    return told


def _messages(fault: HTTPException) -> dict[str, str]:
    """Field messages of a marshmallow schema, flattened; where in the request is left out."""
    data: Any = getattr(fault, "data", None) or {}
    return {
        name: words
        for told in (data.get("messages") or {}).values()
        for name, words in places(told)
    }


def _body(code: str, status: int, detail: str, fields: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:ruhu:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        "fields": dict(fields),
    }
    return body | ({"limit": int(fields["limit"])} if fields.get("limit", "").isdigit() else {})


def _answer(
    body: dict[str, Any], render: Render, headers: Mapping[str, str] | None = None
) -> Response:
    g.problem = body["code"]
    page = not request.path.startswith("/api/") and request.accept_mimetypes.accept_html
    response = Response(
        render(body) if page else orjson.dumps(body),
        body["status"],
        content_type="text/html; charset=utf-8" if page else "application/problem+json",
    )
    response.headers.update(headers or {})
    if "retry_after" in body["fields"]:
        response.headers["Retry-After"] = body["fields"]["retry_after"]
    if body["status"] == 503:
        response.headers["Retry-After"] = "5"
    return response
