"""By which addresses this server is reached."""

from pathlib import Path

from server.config import Settings
from server.tls.reading import name_for

USUAL = {"http": 80, "https": 443}


def own_url(settings: Settings) -> str:
    """Where it listens, as seen from this machine."""
    return _url("https" if settings.tls else "http", settings.host, settings.port)


def public_url(settings: Settings) -> str:
    """What phones and people use: with a certificate, a name that it speaks for."""
    if not settings.tls:
        return own_url(settings)
    return _url("https", name_for(Path(settings.tls_cert), settings.host), settings.port)


def start_url(settings: Settings) -> str:
    """The start page. Where phones do not trust this machine yet, it comes over plain http."""
    if not settings.local_authority:
        return f"{public_url(settings)}/start"
    host = name_for(Path(settings.tls_cert), settings.host)
    return _url("http", host, settings.start_port) + "/start"


def _url(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if USUAL[scheme] == port else f":{port}")
