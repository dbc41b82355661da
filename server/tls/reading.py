"""What a certificate says, for people and for addresses."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from server.tls import files


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as phones show it: `AB:CD:…`."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def authority(home: Path) -> x509.Certificate:
    """The local authority's. Raises OSError, ValueError."""
    return files.certificate(home / "tls" / files.CA_CERT)


def name_for(path: Path, host: str) -> str:
    """By which name phones should call the server that listens on `host`.

    The host itself when the certificate speaks for it; else the first address or name that it
    speaks for: an official one is for a domain, a server bound to 0.0.0.0 has no address there.
    """
    told = _names(path)
    if host in told or not told:
        return host
    return told[0]


def _names(path: Path) -> list[str]:
    """Addresses and plain names, in the certificate's order; stars are nobody's address."""
    try:
        extensions = files.certificate(path).extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return []
    return [str(n.value) for n in names if isinstance(n, x509.IPAddress | x509.DNSName)
            and not str(n.value).startswith("*")]  # fmt: skip
