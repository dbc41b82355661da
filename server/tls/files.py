"""Where certificates and keys are kept, and how they are written: whole, keys for us alone."""

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

CA_CERT, CA_KEY = "ca.crt", "ca.key"
LEAF_CERT, LEAF_KEY = "server.crt", "server.key"


def folder(home: Path) -> Path:
    """`tls` in RUHU_HOME, for its owner alone."""
    path = home / "tls"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def keep_pair(
    place: Path, cert: tuple[str, x509.Certificate], key: tuple[str, ec.EllipticCurvePrivateKey]
) -> None:
    """Key first: a start cut between the two finds no certificate and makes both anew."""
    private = key[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _keep(place / key[0], private, 0o600)
    _keep(place / cert[0], cert[1].public_bytes(Encoding.PEM), 0o644)


def _keep(path: Path, content: bytes, mode: int) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def certificate(path: Path) -> x509.Certificate:
    """The first one of a PEM file. Raises OSError, ValueError."""
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def key(path: Path) -> ec.EllipticCurvePrivateKey:
    """One of ours. Raises OSError, ValueError."""
    read = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(read, ec.EllipticCurvePrivateKey):
        raise ValueError("no key of this authority")
    return read
