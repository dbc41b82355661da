"""This machine's own certificate: signed by the local authority, renewed in time."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.tls import files
from server.tls.authority import Address, Authority, hostname, standing

DAYS = 397
"""Browsers take no longer one."""
RENEW = 30
"""Days left below which a new one is made."""
_DAY = timedelta(days=1)


def prepared(home: Path, address: Address) -> tuple[Path, Path]:
    """(certificate, key) that speak for this address today. Raises CannotStart."""
    authority = standing(home, address)
    place = files.folder(home)
    cert, key = place / files.LEAF_CERT, place / files.LEAF_KEY
    if not _good(cert, key, authority, address):
        fresh = ec.generate_private_key(ec.SECP256R1())
        made = _signed(authority, address, fresh)
        files.keep_pair(place, (files.LEAF_CERT, made), (files.LEAF_KEY, fresh))
    return cert, key


def _good(cert: Path, key: Path, authority: Authority, address: Address) -> bool:
    """Ours, for this address and name, with its key, and with days to live."""
    try:
        known, secret = files.certificate(cert), files.key(key)
        known.verify_directly_issued_by(authority.certificate)
    except (OSError, ValueError, TypeError, InvalidSignature):
        return False
    left = known.not_valid_after_utc - datetime.now(UTC)
    names = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        known.public_key() == secret.public_key()
        and left > timedelta(days=RENEW)
        and list(names) == _names(address)
    )


def _signed(
    authority: Authority, address: Address, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Begins a day early, for phones whose clock is slow."""
    now, issuer = datetime.now(UTC), authority.certificate
    ends = min(now + timedelta(days=DAYS) - _DAY, issuer.not_valid_after_utc)
    ours = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(address))]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SERVES, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_names(address)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ours), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )


_SERVES = x509.KeyUsage(
    digital_signature=True, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
    encipher_only=False, decipher_only=False,
)  # fmt: skip


def _names(address: Address) -> list[x509.GeneralName]:
    """The address that phones use first; then what this machine calls itself."""
    loop = ip_address("127.0.0.1")
    numbers = [address] if address == loop else [address, loop]
    words = ("localhost", f"{hostname()}.local")
    return [*map(x509.IPAddress, numbers), *map(x509.DNSName, words)]
