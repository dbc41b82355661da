"""Unsafe requests of a browser must come from our own pages."""

import hashlib
import hmac
import secrets

from flask import Request

from store.errors import Refusal
from store.seal import Keyring

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PRE_COOKIE = "ruhu_pre"
"""Before anybody is signed in, the token is bound to this random cookie."""


class CsrfFailed(Refusal):
    """The request did not come from one of our pages, or the page was too old."""

    code = "csrf_failed"


def sent(request: Request) -> str:
    return request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")


def check(request: Request, expected: str) -> None:
    """Raises CsrfFailed."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in ("same-origin", "none"):
        raise CsrfFailed("the request came from another site")
    told = sent(request).encode(errors="replace")
    if not expected or not hmac.compare_digest(told, expected.encode()):
        raise CsrfFailed("the page was too old; load it again")


def pre_cookie() -> str:
    return secrets.token_urlsafe(16)


def pre_token(keys: Keyring, cookie: str) -> str:
    key = keys.derive("csrf")
    return hmac.new(key, cookie.encode(), hashlib.sha256).hexdigest() if cookie else ""
