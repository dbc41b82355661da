"""The start page, and the certificate that it hands out."""

import plistlib
import re
import uuid
from urllib.parse import urlsplit

from cryptography.x509 import Certificate
from flask import Response, request

from server.auth.guard import public
from server.start import where
from server.start.inside import outside
from server.start.showing import blp, settings, shown, t
from server.tls import reading
from store.errors import NotFound

ROOM = blp
"""With these routes on it."""
_SYSTEMS = (
    (re.compile(r"iPhone|iPad|iPod"), "iphone"),
    (re.compile(r"Android|HarmonyOS|OpenHarmony"), "android"),
)


@blp.get("/start")
@public
@outside
def start() -> Response:
    """Three steps, those for the visitor's own system first."""
    told = settings()
    return shown(
        "start.html",
        systems=_systems(),
        authority=told.local_authority,
        fingerprint=reading.fingerprint(_authority()) if told.local_authority else "",
        trusted=request.is_secure,
        https=where.public_url(told) if told.tls else "",
        app=_app(),
    )


def _systems() -> list[str]:
    told = request.headers.get("User-Agent", "")
    mine = next((name for pattern, name in _SYSTEMS if pattern.search(told)), "android")
    return [mine, *({"android", "iphone"} - {mine})]


def _app() -> str:
    """Where the form app is; by the address that was asked for where that is good enough."""
    base = where.public_url(settings()) if settings().tls else request.host_url.rstrip("/")
    return f"{base}/app/"


def _authority() -> Certificate:
    """Raises NotFound where phones need no certificate of ours."""
    if not settings().local_authority:
        raise NotFound("no certificate is needed here")
    return reading.authority(settings().home)


@blp.get("/start/ruhu-ca.crt")
@public
def certificate() -> Response:
    """For Android and computers."""
    return Response(
        reading.der(_authority()),
        content_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": "attachment; filename=ruhu-ca.crt"},
    )


@blp.get("/start/ruhu-ca.mobileconfig")
@public
def profile() -> Response:
    """For iPhones: a configuration profile that holds the certificate and nothing else."""
    return Response(_profile(), content_type="application/x-apple-aspen-config")


def _profile() -> bytes:
    authority = _authority()
    name = authority.subject.rfc4514_string().partition("=")[2]
    host = urlsplit(where.public_url(settings())).hostname
    known = reading.fingerprint(authority)
    content = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": "org.ruhu.authority.certificate",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"certificate:{known}")).upper(),
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": "ruhu-ca.crt",
        "PayloadContent": reading.der(authority),
    }
    told = t(f"让这台手机认得入户服务器 {host}。", f"Lets this phone trust the Ruhu server {host}.")
    whole = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": "org.ruhu.authority",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"profile:{known}")).upper(),
        "PayloadDisplayName": name,
        "PayloadDescription": told,
        "PayloadContent": [content],
    }
    return plistlib.dumps(whole)
