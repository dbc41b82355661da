"""All pages, hung on one blueprint; what every template may call."""

from datetime import timedelta

from flask import Flask, g, request

from server.auth.permissions import Permission
from server.console import (
    assets,
    entry,
    findings,
    household,
    households,
    menu,
    showing,
    submissions,
    tokens,
    visit,
    words,
)
from server.console.admin import rooms as office
from server.console.blueprint import blp
from server.console.times import local_time

ROOMS = (assets, entry, households, household, submissions, visit, findings, *office.ROOMS)
"""Modules whose routes hang on the blueprint by being imported."""


MOST = 16 * 1024 * 1024
"""Bytes of any form that a page sends, its files included: asked for before anything is read."""


@blp.before_request
def limit() -> None:
    request.max_content_length = MOST


def here() -> str:
    """This page with its query, to come back to after the language was switched."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def install(app: Flask) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="ruhu_flash",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.extensions["ruhu"].settings.tls,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=1),
    )
    app.jinja_env.globals.update(
        t=words.t,
        lang=words.language,
        label=words.label,
        state_label=words.state_label,
        role_label=words.role_label,
        asset=assets.asset,
        csrf_token=tokens.csrf_token,
        menu=lambda: menu.entries(g.get("identity")),
        me=lambda: g.get("identity"),
        here=here,
        local_time=local_time,
        Permission=Permission,
        called=showing.called,
        shown=showing.shown,
        plain=showing.plain,
        is_day=showing.is_day,
        figure_label=showing.figure_label,
        flag_label=showing.flag_label,
        rule_link=showing.rule_link,
        metres=showing.metres,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    tokens.install(app)
    app.register_blueprint(blp)
