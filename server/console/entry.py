"""Signing in and out, a new password, the language."""

from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.auth import csrf, demo, passwords, signin
from server.auth.guard import COOKIE, public, signed_in
from server.auth.identity import Identity, identity
from server.auth.throttle import PER_LOGIN, SIGN_IN, by_login, limiter
from server.console import tokens, words
from server.console.blueprint import blp
from server.console.words import t
from server.services import session
from server.transaction import in_writing, reading
from store.accounts import User
from store.errors import Refusal

DAY = 24 * 3600


def local(path: str) -> str:
    """A path on this server; anything else becomes the first page."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and not parts.scheme and not parts.netloc else "/"


def visitor() -> Identity | None:
    """Whoever a browser's cookie speaks for, on pages that need nobody."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    try:
        with reading(session()) as current:
            known = signin.from_cookie(current, token)
            demo.admit(known.demo)
            return known
    except Refusal:
        return None


@blp.get("/login")
@public
def login() -> ResponseReturnValue:
    """The sign-in page; whoever is in already goes on."""
    wanted = local(request.args.get("next", "/"))
    return redirect(wanted) if visitor() else _login_page(wanted)


def _login_page(wanted: str, name: str = "", wrong: bool = False) -> str:
    return render_template("login.html", wanted=wanted, name=name, wrong=wrong)


@blp.post("/login")
@public
@limiter.limit(SIGN_IN)
@limiter.limit(PER_LOGIN, key_func=by_login)
def sign_in() -> ResponseReturnValue:
    """Password for a session's cookie. Which of login and password was wrong is not said."""
    tokens.check_unsigned()
    name, wanted = request.form.get("login", "").strip(), local(request.form.get("next", "/"))
    try:
        token, lang = in_writing(session(), lambda: _begin(name, request.form.get("password", "")))
    except signin.WrongLogin:
        return _login_page(wanted, name, wrong=True), 401
    return _speaking(_with_cookie(redirect(wanted), token), lang)


def _begin(name: str, password: str) -> tuple[str, str]:
    """(the session's token, the person's language): one chosen on the sign-in page is theirs."""
    token = signin.sign_in(session(), name, password, request.user_agent.string)
    known = signin.from_cookie(session(), token)
    demo.admit(known.demo)
    chosen = request.cookies.get(words.COOKIE, "")
    if chosen not in words.LANGUAGES:
        return token, known.lang
    _speak(known.user, chosen)
    return token, chosen


def _speak(user: str, lang: str) -> None:
    session().get_one(User, user).lang = lang
    session().flush()


def _with_cookie(response: ResponseReturnValue, token: str) -> Response:
    made = make_response(response)
    made.set_cookie(
        COOKIE,
        token,
        max_age=signin.DAYS * DAY,
        httponly=True,
        samesite="Lax",
        secure=tokens.secure(),
        path="/",
    )
    return made


@blp.post("/logout")
@signed_in
def logout() -> ResponseReturnValue:
    token = request.cookies.get(COOKIE, "")
    in_writing(session(), lambda: signin.sign_out(session(), token))
    response = make_response(redirect(url_for("console.login")))
    for name in (COOKIE, words.COOKIE, csrf.PRE_COOKIE):
        response.delete_cookie(name, path="/")
    return response


@blp.route("/password", methods=["GET", "POST"])
@signed_in
@limiter.limit(PER_LOGIN, methods=["POST"], key_func=lambda: f"password:{identity().user}")
def password() -> ResponseReturnValue:
    """A new password: every other session ends, this one goes on under a new cookie."""
    if request.method == "GET":
        return _password_page()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_page("again"), 422
    try:
        token = in_writing(session(), lambda: _change(old, new))
    except signin.WrongLogin:
        return _password_page("old"), 422
    except passwords.WeakPassword as weak:
        return _password_page(weak.fields["password"]), 422
    flash(t("密码已更改，其他地方的登录已退出。", "Password changed; other sessions were ended."))
    return _with_cookie(redirect(url_for("console.households")), token)


def _password_page(fault: str = "") -> str:
    return render_template("password.html", fault=fault, least=passwords.MIN)


def _change(old: str, new: str) -> str:
    known = identity()
    signin.change_password(session(), known.user, old, new)
    session().flush()
    return signin.sign_in(session(), known.login, new, request.user_agent.string)


@blp.post("/lang")
@public
def lang() -> ResponseReturnValue:
    """Switch the language: for the person when known, else for this browser."""
    known = visitor()
    if known is None:
        tokens.check_unsigned()
    else:
        csrf.check(request, known.csrf)
    chosen = request.form.get("lang", "")
    response = make_response(redirect(local(request.form.get("next", "/"))))
    if chosen not in words.LANGUAGES:
        return response
    if known is not None:
        in_writing(session(), lambda: _speak(known.user, chosen))
    return _speaking(response, chosen)


def _speaking(response: Response, lang: str) -> Response:
    """Pages that know nobody, such as a refusal, speak the language last used here."""
    response.set_cookie(
        words.COOKIE,
        lang,
        max_age=DAY * 365,
        httponly=True,
        samesite="Lax",
        secure=tokens.secure(),
        path="/",
    )
    return response
