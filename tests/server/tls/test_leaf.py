"""This machine's certificate: for its address, renewed in time, otherwise left alone."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from server.tls import authority, files, leaf
from tests.server.tls.papers import signed

HERE = ip_address("192.168.1.20")


def test_it_lasts_no_longer_than_browsers_take(tmp_path: Path) -> None:
    cert = files.certificate(leaf.prepared(tmp_path, HERE)[0])
    assert cert.not_valid_after_utc - cert.not_valid_before_utc <= timedelta(days=397)
    assert cert.not_valid_before_utc < datetime.now(UTC) - timedelta(hours=23)


def test_it_speaks_for_the_address_and_this_machine(tmp_path: Path) -> None:
    cert = files.certificate(leaf.prepared(tmp_path, HERE)[0])
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    told = [str(name.value) for name in names]
    assert told[:3] == ["192.168.1.20", "127.0.0.1", "localhost"]
    assert told[3].endswith(".local")


def test_a_second_start_keeps_it(tmp_path: Path) -> None:
    cert, key = leaf.prepared(tmp_path, HERE)
    before = cert.read_bytes(), key.read_bytes()
    leaf.prepared(tmp_path, HERE)
    assert (cert.read_bytes(), key.read_bytes()) == before
    assert key.stat().st_mode & 0o777 == 0o600


def test_another_address_gets_another_one_by_the_same_authority(tmp_path: Path) -> None:
    cert, _ = leaf.prepared(tmp_path, HERE)
    before, ca = cert.read_bytes(), authority.standing(tmp_path, HERE).certificate
    leaf.prepared(tmp_path, ip_address("10.0.0.5"))
    assert cert.read_bytes() != before
    assert authority.standing(tmp_path, HERE).certificate == ca


def test_less_than_thirty_days_left_is_too_little(tmp_path: Path) -> None:
    for days, kept in ((31.0, True), (29.0, False)):
        cert, key = leaf.prepared(tmp_path, HERE)
        names = files.certificate(cert).extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
        ca = authority.standing(tmp_path, HERE)
        old = signed(list(names.value), files.key(key), ca, ends=days)
        cert.write_bytes(old.public_bytes(Encoding.PEM))
        leaf.prepared(tmp_path, HERE)
        assert (files.certificate(cert) == old) is kept, days


def test_a_damaged_or_strange_one_is_made_again(tmp_path: Path) -> None:
    cert, key = leaf.prepared(tmp_path, HERE)
    key.write_text("damaged")
    leaf.prepared(tmp_path, HERE)
    assert files.certificate(cert).public_key() == files.key(key).public_key()
    (tmp_path / "tls" / files.CA_CERT).unlink()
    leaf.prepared(tmp_path, HERE)
    files.certificate(cert).verify_directly_issued_by(
        authority.standing(tmp_path, HERE).certificate
    )
