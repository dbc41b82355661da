"""Browsers inside chat programs: no camera, no offline, no home screen. How to leave them."""

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, request

from server.start.showing import shown

P = ParamSpec("P")
R = TypeVar("R")
PROGRAMS = (
    (re.compile(r"\bDingTalk\b", re.I), ("钉钉", "DingTalk")),
    (re.compile(r"\bwxwork\b", re.I), ("企业微信", "WeCom")),
    (re.compile(r"\bMicroMessenger\b", re.I), ("微信", "WeChat")),
    (re.compile(r"(?:^|[\s;(])QQ/\d"), ("QQ", "QQ")),
)
"""QQ's own browser says MQQBrowser and is a browser; only the chat program says QQ/number."""


def program() -> tuple[str, str] | None:
    """(Chinese, English) name of the chat program in which this page was opened."""
    told = request.headers.get("User-Agent", "")
    return next((names for pattern, names in PROGRAMS if pattern.search(told)), None)


def outside(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A page that needs a whole browser; elsewhere the way there is shown, at the same address."""

    @wraps(view)
    def led(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        inside = program()
        if inside is None:
            return view(*args, **kwargs)
        return shown("leave.html", program=inside, address=request.url)

    return led
