"""Letting phones of the office's network in: which address, and with which certificate."""

import ipaddress
import socket
from dataclasses import replace
from pathlib import Path

from server.config import Settings
from server.launch.refusal import CannotStart
from server.tls import leaf, official
from server.tls.authority import Address

SOMEWHERE = "198.51.100.1"
"""An address that belongs to nobody (RFC 5737). A UDP socket turned to it sends nothing."""


def certified(settings: Settings, given_host: str) -> Settings:
    """The settings as everything is to be started with. Raises CannotStart.

    `given_host` is RUHU_HOST where somebody set it: it wins over the address found.
    """
    if settings.tls:
        official.check(Path(settings.tls_cert), Path(settings.tls_key))
    if not settings.lan:
        return settings
    host = given_host or str(own_address())
    if settings.tls:
        return replace(settings, host=host)
    cert, key = leaf.prepared(settings.home, _spoken_for(host))
    return replace(settings, host=host, tls_cert=str(cert), tls_key=str(key))


def own_address(towards: str = SOMEWHERE) -> Address:
    """The address from which this machine would speak to the world. Raises CannotStart."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((towards, 9))
            found = ipaddress.ip_address(probe.getsockname()[0])
        except OSError as nowhere:
            raise _no_network() from nowhere
    if found.is_loopback or found.is_unspecified:
        raise _no_network()
    return found


def _spoken_for(host: str) -> Address:
    """The address for the certificate; 0.0.0.0 is none, so there it is the one found."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError as name:
        raise CannotStart(
            f"RUHU_HOST={host}：局域网模式要一个 IP 地址；"
            "用域名请另配 RUHU_TLS_CERT 和 RUHU_TLS_KEY。",
            f"RUHU_HOST={host}: on the LAN this is an IP address; for a domain name bring "
            "RUHU_TLS_CERT and RUHU_TLS_KEY.",
        ) from name
    return own_address() if address.is_unspecified else address


def _no_network() -> CannotStart:
    return CannotStart(
        "这台机器没有连上局域网，找不到手机能用的地址。请先连上 Wi-Fi 或网线，"
        "或者用 RUHU_HOST 写明地址。",
        "this machine is on no network, so phones have no address to reach it. "
        "Connect it first, or name the address in RUHU_HOST.",
    )
