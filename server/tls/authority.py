"""The local authority: made once per installation, able to speak for this office's network only.

Whoever steals its key can pose as some machine of a private network, but never as a bank:
phones that trust it hold it to its name constraints.
"""

import re
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.launch.refusal import CannotStart
from server.tls import files

Address = IPv4Address | IPv6Address
YEARS = 10
NETWORKS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
NAMES = ("localhost", "local", "lan")
"""Domains with all that is below them."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """What signs this machine's certificate."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def permits(self, address: Address) -> bool:
        """Whether phones that trust it would believe it of this address."""
        extension = self.certificate.extensions.get_extension_for_class(x509.NameConstraints)
        told = extension.value.permitted_subtrees or ()
        values = [name.value for name in told if isinstance(name, x509.IPAddress)]
        networks = [v for v in values if isinstance(v, IPv4Network | IPv6Network)]
        return any(address in network for network in networks)


def standing(home: Path, address: Address) -> Authority:
    """The one in RUHU_HOME, made at the first call. Raises CannotStart."""
    place = files.folder(home)
    if not (place / files.CA_CERT).exists():
        return _made(place, address)
    try:
        known = Authority(files.certificate(place / files.CA_CERT), files.key(place / files.CA_KEY))
    except (OSError, ValueError) as damage:
        raise _begin_anew(place, f"不能读取（{damage}）", f"cannot be read ({damage})") from damage
    if known.certificate.not_valid_after_utc - _DAY < datetime.now(UTC):
        raise _begin_anew(place, "已到期", "has expired")
    if not known.permits(address):
        raise _begin_anew(place, f"不能用于地址 {address}", f"may not speak for {address}")
    return known


def _begin_anew(place: Path, chinese: str, english: str) -> CannotStart:
    """A new authority is a person's decision: every phone has to trust it again."""
    return CannotStart(
        f"{place} 里的本机证书颁发者{chinese}。请移走这个文件夹再启动；"
        "之后每台手机要重新安装证书。",
        f"the authority in {place} {english}. Move this folder away and start again; "
        "every phone must then install the new certificate.",
    )


def _made(place: Path, address: Address) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _called(now.year))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + timedelta(days=round(365.25 * YEARS)))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS, critical=True)
        .add_extension(_constraints(address), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    files.keep_pair(place, (files.CA_CERT, certificate), (files.CA_KEY, key))
    return Authority(certificate, key)


_SIGNS = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
    encipher_only=False, decipher_only=False,
)  # fmt: skip


def _called(year: int) -> str:
    """As it stands in a phone's list of certificates; a common name has 64 characters at most."""
    return f"入户 Ruhu {hostname()[:40]} {year}"


def _constraints(address: Address) -> x509.NameConstraints:
    networks = [ip_network(text) for text in NETWORKS]
    if not any(address in network for network in networks):
        networks.append(ip_network(address))
    ranges = [x509.IPAddress(network) for network in networks]
    return x509.NameConstraints([*map(x509.DNSName, NAMES), *ranges], None)


def hostname() -> str:
    """The first label of this machine's name, if it can stand in a certificate."""
    label = socket.gethostname().partition(".")[0].lower()
    return label if re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", label) else "ruhu"
