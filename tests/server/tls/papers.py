"""Certificates for tests: of any name, by any key, for any days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from server.tls.authority import Authority


def signed(
    names: list[x509.GeneralName],
    key: ec.EllipticCurvePrivateKey,
    by: Authority | None = None,
    begins: float = -1,
    ends: float = 30,
) -> x509.Certificate:
    """A server's certificate from `begins` to `ends` days from now; by itself without `by`."""
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server")])
    issuer = by.certificate.subject if by else subject
    above = (by.key if by else key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .sign(by.key if by else key, hashes.SHA256())
    )


def official(folder: Path, name: str = "ruhu.example.cn", **days: float) -> tuple[Path, Path]:
    """(certificate, key) as an office would bring them."""
    key = ec.generate_private_key(ec.SECP256R1())
    cert = signed([x509.DNSName(name)], key, **days)
    paths = folder / f"{name}.crt", folder / f"{name}.key"
    paths[0].write_bytes(cert.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths
