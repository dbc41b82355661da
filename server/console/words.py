"""Which language a page speaks, and the words that several pages share."""

from collections.abc import Mapping
from typing import Any

from flask import g, has_request_context, request

from server.auth.identity import Identity
from server.services import services

COOKIE = "ruhu_lang"
LANGUAGES = ("zh", "en")
Words = tuple[str, str]
"""(Chinese, English)"""


def language() -> str:
    """The person's own; before they sign in what they chose here; else the office's."""
    if not has_request_context():
        return services().settings.lang
    known: Identity | None = g.get("identity")
    if known is not None:
        return known.lang
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else services().settings.lang


def t(zh: str, en: str) -> str:
    return en if language() == "en" else zh


def said(words: Words) -> str:
    return t(*words)


def label(text: Mapping[str, str] | None, fallback: str = "") -> str:
    """The words of a form in the page's language, else in the other, else `fallback`."""
    told = text or {}
    return told.get(language()) or told.get("zh") or told.get("en") or fallback


STATES: Mapping[str, Words] = {
    "not_visited": ("未走访", "Not visited"),
    "away": ("不在家", "Away"),
    "received": ("已收到", "Received"),
    "returned": ("已退回", "Returned"),
    "approved": ("已通过", "Approved"),
}
ROLES: Mapping[str, Words] = {
    "cadre": ("帮扶干部", "Cadre"),
    "village_worker": ("村级信息员", "Village worker"),
    "village_supervisor": ("村审核员", "Village supervisor"),
    "township_supervisor": ("镇审核员", "Township supervisor"),
    "county_supervisor": ("县审核员", "County supervisor"),
    "inspector": ("督查员", "Inspector"),
    "admin": ("管理员", "Administrator"),
}


def worded(table: Mapping[str, Words], name: Any) -> str:
    """A name's words; a name without any is shown as it is, never swallowed."""
    return said(table[name]) if name in table else str(name or "")


def state_label(state: str | None) -> str:
    return worded(STATES, state)


def role_label(role: str) -> str:
    return worded(ROLES, role)
