"""The token that every form of ours carries, before and after signing in."""

from flask import Flask, Response, g, request

from server.auth import csrf
from server.auth.identity import Identity
from server.services import services


def csrf_token() -> str:
    known: Identity | None = g.get("identity")
    if known is not None and known.browser:
        return known.csrf
    return csrf.pre_token(services().keys, _pre_cookie())


def check_unsigned() -> None:
    """A form sent before signing in came from one of our pages. Raises CsrfFailed."""
    cookie = request.cookies.get(csrf.PRE_COOKIE, "")
    csrf.check(request, csrf.pre_token(services().keys, cookie))


def _pre_cookie() -> str:
    known = request.cookies.get(csrf.PRE_COOKIE, "")
    if known:
        return known
    if "pre_cookie" not in g:
        g.pre_cookie = csrf.pre_cookie()
    return str(g.pre_cookie)


def secure() -> bool:
    """Whether cookies may travel by https only."""
    return request.is_secure or services().settings.tls


def keep_pre_cookie(response: Response) -> Response:
    """A page that showed a token to somebody unknown binds it to their browser."""
    fresh = g.get("pre_cookie")
    if fresh:
        response.set_cookie(
            csrf.PRE_COOKIE, fresh, httponly=True, samesite="Lax", secure=secure(), path="/"
        )
    return response


def install(app: Flask) -> None:
    app.after_request(keep_pre_cookie)
