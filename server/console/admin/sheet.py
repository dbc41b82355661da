"""A code for a phone and a password for a person, on one page to print and hand over."""

from dataclasses import dataclass

import segno
from flask import request

from server.auth import enrol
from server.auth.identity import identity
from server.auth.reach import Person
from server.services import services, session
from server.start import where

_HERE_ONLY = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code as people see it."""

    text: str
    expires_at: str
    url: str
    picture: str
    """The QR of `url`, as a data: address of an SVG; the pages' policy allows no inline style."""
    here_only: bool
    """Whether the address reaches no further than this machine, so that no phone can open it."""
    start: str
    """The start page, where a phone learns to trust this machine; "" where it need not."""


def code_for(person: Person) -> Code:
    """A new code for somebody's phone; the caller has looked whether it may be made."""
    text, expires = enrol.make(session(), person.id, identity().user)
    url = enrol.address(request.host_url, text)
    name = request.host.rpartition(":")[0] if not request.host.endswith("]") else request.host
    here_only = (name or request.host) in _HERE_ONLY
    return Code(text, expires, url, picture(url), here_only, start())


def start() -> str:
    settings = services().settings
    return where.start_url(settings) if settings.local_authority else ""


def picture(text: str) -> str:
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=8, border=4))
