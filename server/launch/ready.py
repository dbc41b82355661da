"""Waiting until the server answers, and telling the person at the terminal where it is."""

import io
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import segno

from server.config import Settings
from server.console.words import ROLES
from server.launch.children import Child
from server.launch.refusal import CannotStart
from server.start import where
from server.tls import files, reading

SECONDS = 60.0


def say(chinese: str, english: str) -> None:
    _out(f"· {chinese} / {english}")


def _out(text: str) -> None:
    """A terminal that was closed must not keep us from stopping in order."""
    with suppress(OSError):
        print(text, flush=True)


def wait(settings: Settings, children: Iterable[Child], stop: threading.Event) -> str:
    """The address once it answers. Raises CannotStart."""
    url, trust = where.public_url(settings), _trust(settings)
    asked = url if settings.local_authority else where.own_url(settings)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and not stop.is_set():
        if _answers(f"{asked}/api/v1/ping", trust):
            return url
        dead = [child.name for child in children if not child.alive]
        if dead:
            break
        time.sleep(0.1)
    if stop.is_set():
        return url
    log = settings.home / "logs" / "web.log"
    raise CannotStart(f"网页服务没有启动，见 {log}", f"the web server did not start, see {log}")


def _trust(settings: Settings) -> ssl.SSLContext | None:
    """Our own authority, as phones do; of an official certificate exactly this one.

    An official one speaks for a domain that may lead elsewhere from here, so it is known by
    itself and not by its name.
    """
    if not settings.tls:
        return None
    if settings.local_authority:
        return ssl.create_default_context(cafile=str(files.folder(settings.home) / files.CA_CERT))
    pinned = ssl.create_default_context(cafile=settings.tls_cert)
    pinned.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    pinned.check_hostname = False
    return pinned


def _answers(url: str, trust: ssl.SSLContext | None) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2, context=trust) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def greet(settings: Settings, url: str, seconds: float) -> None:
    lines = [
        "",
        f"  入户已启动，用时 {seconds:.1f} 秒 / Ruhu is up after {seconds:.1f} s",
        "",
        f"  控制台 / console      {url}/",
        f"  接口文档 / API docs   {url}/api/docs",
        f"  数据 / data           {settings.home}",
        "  停止 / stop           Ctrl-C",
        *(_welcome(settings) if settings.lan else ()),
    ]
    _out("\n".join(lines))


def tell_logins(demo: Sequence[Mapping[str, Any]], first: tuple[str, str] | None) -> None:
    """The demo's people, or the first administrator, whose password is told this once."""
    lines = [""]
    if demo:
        lines.append("  演示账号 / demo logins")
    for user in demo:
        zh, en = ROLES[user["role"]]
        lines.append(f"    {user['login']:<10} {user['password']:<18} {zh} / {en}")
    if first:
        lines.append(
            "  管理员和一次性密码，只显示这次 / administrator, one-time password, shown once"
        )
        lines.append(f"    {first[0]:<10} {first[1]}")
    _out("\n".join([*lines, ""]))


def _welcome(settings: Settings) -> list[str]:
    """How a phone comes in: a picture to scan, and what its certificate must look like."""
    start = where.start_url(settings)
    lines = ["", f"  手机扫码打开开始页 / phones scan this: {start}", "", _qr(start)]
    if settings.local_authority:
        print_ = reading.fingerprint(reading.authority(settings.home)).split(":")
        lines += ["  证书指纹 / certificate fingerprint (SHA-256)"]
        lines += [f"    {' '.join(print_[:16])}", f"    {' '.join(print_[16:])}"]
    return lines


def _qr(text: str) -> str:
    """Half blocks, so that it fits a terminal. Blocks are the light modules: colours say so."""
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, border=2, compact=True)
    white, plain = ("\x1b[97;40m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    return "\n".join(f"    {white}{line}{plain}" for line in drawn.getvalue().splitlines())
