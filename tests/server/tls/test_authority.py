"""The local authority: made once, kept to its network, and never a bank."""

import shutil
import stat
import subprocess
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store, Subject, VerificationError

from server.launch.refusal import CannotStart
from server.tls import authority, files, leaf
from tests.server.tls.papers import signed

HERE = ip_address("192.168.1.20")


def believed(ca: x509.Certificate, cert: x509.Certificate, subject: Subject) -> bool:
    """What a browser would say of this certificate, were it to trust this authority."""
    verifier = PolicyBuilder().store(Store([ca])).build_server_verifier(subject)
    try:
        return bool(verifier.verify(cert, []))
    except VerificationError:
        return False


def test_it_is_made_once_and_its_key_is_ours_alone(tmp_path: Path) -> None:
    first = authority.standing(tmp_path, HERE).certificate
    assert authority.standing(tmp_path, HERE).certificate == first
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "tls" / files.CA_KEY).stat().st_mode) == 0o600


def test_it_is_a_small_authority_for_ten_years(tmp_path: Path) -> None:
    cert = authority.standing(tmp_path, HERE).certificate
    lasts = cert.not_valid_after_utc - cert.not_valid_before_utc
    assert timedelta(days=3652) <= lasts <= timedelta(days=3655)
    basic = cert.extensions.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical and basic.value.ca and basic.value.path_length == 0
    assert cert.extensions.get_extension_for_class(x509.NameConstraints).critical
    [name] = cert.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert str(name.value).startswith("入户 Ruhu ")
    assert isinstance(cert.public_key(), ec.EllipticCurvePublicKey)


def test_its_server_is_believed(tmp_path: Path) -> None:
    path, _ = leaf.prepared(tmp_path, HERE)
    ca = authority.standing(tmp_path, HERE).certificate
    for subject in (x509.IPAddress(HERE), x509.DNSName("localhost")):
        assert believed(ca, files.certificate(path), subject)
    assert not believed(ca, files.certificate(path), x509.IPAddress(ip_address("192.168.1.21")))


@pytest.mark.parametrize(
    ("name", "good"),
    [
        (x509.DNSName("www.bank.example"), False),
        (x509.DNSName("local.bank.example"), False),
        (x509.IPAddress(ip_address("203.0.113.9")), False),
        (x509.IPAddress(ip_address("2001:db8::1")), False),
        (x509.DNSName("ruhu.local"), True),
        (x509.IPAddress(ip_address("10.9.8.7")), True),
    ],
)
def test_a_stolen_key_speaks_for_private_networks_only(
    tmp_path: Path, name: x509.GeneralName, good: bool
) -> None:
    stolen = authority.standing(tmp_path, HERE)
    forged = signed([name], ec.generate_private_key(ec.SECP256R1()), stolen)
    assert isinstance(name, x509.DNSName | x509.IPAddress)
    assert believed(stolen.certificate, forged, name) is good
    (tmp_path / "forged.crt").write_bytes(forged.public_bytes(Encoding.PEM))
    if shutil.which("openssl") is None:
        return
    told = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", tmp_path / "tls" / files.CA_CERT,
         tmp_path / "forged.crt"], capture_output=True, text=True,
    )  # fmt: skip
    assert (told.returncode == 0) is good, told.stderr
    assert good or "permitted subtree violation" in told.stderr


def test_an_address_that_is_not_private_is_permitted_when_it_is_this_machines(
    tmp_path: Path,
) -> None:
    public = ip_address("203.0.113.9")
    ca = authority.standing(tmp_path, public)
    path, _ = leaf.prepared(tmp_path, public)
    assert believed(ca.certificate, files.certificate(path), x509.IPAddress(public))
    assert not ca.permits(ip_address("203.0.113.10"))


def test_an_address_it_may_not_speak_for_is_a_persons_decision(tmp_path: Path) -> None:
    first = authority.standing(tmp_path, HERE).certificate
    with pytest.raises(CannotStart, match=r"may not speak for 203\.0\.113\.9"):
        authority.standing(tmp_path, ip_address("203.0.113.9"))
    assert files.certificate(tmp_path / "tls" / files.CA_CERT) == first


@pytest.mark.parametrize("name", [files.CA_CERT, files.CA_KEY])
def test_what_cannot_be_read_is_told_and_left_alone(tmp_path: Path, name: str) -> None:
    authority.standing(tmp_path, HERE)
    (tmp_path / "tls" / name).write_text("damaged")
    with pytest.raises(CannotStart, match="cannot be read"):
        authority.standing(tmp_path, HERE)
    assert (tmp_path / "tls" / name).read_text() == "damaged"


def test_a_start_cut_between_key_and_certificate_is_mended(tmp_path: Path) -> None:
    authority.standing(tmp_path, HERE)
    (tmp_path / "tls" / files.CA_CERT).unlink()
    again = authority.standing(tmp_path, HERE)
    assert again.certificate.public_key() == again.key.public_key()
