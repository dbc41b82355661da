"""Every route says who may use it: `@guard(Permission.X)`, `@signed_in` or `@public`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, redirect, request, url_for

from server.auth import csrf, demo, signin
from server.auth.identity import Identity, NotSignedIn
from server.auth.permissions import Permission
from server.services import session
from server.transaction import in_writing, reading
from store.errors import Forbidden, Refusal

P = ParamSpec("P")
R = TypeVar("R")
COOKIE = "ruhu_session"


class MustChange(Refusal):
    """A one-time password opens only the page that changes it."""

    code = "password_must_change"


def guard(
    permission: Permission, enrolled: bool = False
) -> Callable[[Callable[P, R]], Callable[P, Any]]:
    """Somebody with this permission in some area; the view looks at the area itself.

    With `enrolled`, so is every phone of an open account, whatever its person holds by now: what
    was theirs when they wrote it is decided op by op, and their copy must hear that it may go.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            known = _admit()
            if not isinstance(known, Identity):
                return known
            if not (known.permits(permission) or (enrolled and not known.browser)):
                raise Forbidden(
                    "your role does not include this", permission=permission.name.lower()
                )
            return view(*args, **kwargs)

        guarded.__ruhu_guard__ = permission.name  # type: ignore[attr-defined]
        return guarded

    return wrap


def signed_in(view: Callable[P, R]) -> Callable[P, Any]:
    """Anybody who is known."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        known = _admit()
        return view(*args, **kwargs) if isinstance(known, Identity) else known

    guarded.__ruhu_guard__ = "signed in"  # type: ignore[attr-defined]
    return guarded


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody at all; the house test names these routes."""
    view.__ruhu_guard__ = "public"  # type: ignore[attr-defined]
    return view


def _admit() -> Identity | Any:
    """The identity, or a way to the sign-in page for a person's browser."""
    try:
        known = _identify()
    except Refusal as refusal:
        if _is_page() and refusal.code in ("not_signed_in", "user_disabled"):
            return redirect(url_for("console.login", next=request.full_path.rstrip("?")))
        raise
    if known.browser:
        csrf.check(request, known.csrf)
        if known.must_change and request.endpoint not in ("console.password", "console.logout"):
            if _is_page():
                return redirect(url_for("console.password"))
            raise MustChange("change the one-time password first")
    g.identity = known
    return known


def _is_page() -> bool:
    return not request.path.startswith("/api/")


def _identify() -> Identity:
    """Read in a short transaction of its own, ended before the view's begins."""
    try:
        known = _read()
    except signin.ShutOut as refusal:
        g.shut_out = refusal.device
        raise
    demo.admit(known.demo)
    return known


def _read() -> Identity:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE, "")
    current = session()
    with reading(current):
        if scheme.lower() == "bearer" and token:
            return signin.from_bearer(current, token.strip())
        if not cookie:
            raise NotSignedIn("sign in first")
        known = signin.from_cookie(current, cookie)
        stale = signin.is_stale(current, known.session_token)
    if stale:
        in_writing(current, lambda: signin.note_use(current, known.session_token))
    return known
