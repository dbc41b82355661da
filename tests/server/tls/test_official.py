"""A certificate that the office brings is looked at before anything listens."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from server.launch.refusal import CannotStart
from server.tls import files, official
from tests.server.tls import papers


def test_a_good_pair_is_taken(tmp_path: Path) -> None:
    official.check(*papers.official(tmp_path))


@pytest.mark.parametrize("missing", [0, 1])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, missing: int) -> None:
    pair = papers.official(tmp_path)
    pair[missing].unlink()
    setting = ("RUHU_TLS_CERT", "RUHU_TLS_KEY")[missing]
    with pytest.raises(CannotStart, match=rf"{setting}=.* cannot be read \(No such file"):
        official.check(*pair)


@pytest.mark.parametrize(("damaged", "words"), [(0, "is no certificate"), (1, "no private key")])
def test_a_file_that_holds_something_else_is_named(
    tmp_path: Path, damaged: int, words: str
) -> None:
    pair = papers.official(tmp_path)
    pair[damaged].write_text("-----BEGIN NOTHING-----\n")
    with pytest.raises(CannotStart, match=words):
        official.check(*pair)


def test_a_key_behind_a_password_is_told(tmp_path: Path) -> None:
    cert, key = papers.official(tmp_path)
    locked = files.key(key).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    key.write_bytes(locked)
    with pytest.raises(CannotStart, match="without a password"):
        official.check(cert, key)


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    cert, _ = papers.official(tmp_path)
    _, other = papers.official(tmp_path, "other.example.cn")
    with pytest.raises(CannotStart, match=r"does not belong to the key .*other"):
        official.check(cert, other)


@pytest.mark.parametrize(
    ("begins", "ends", "words"), [(-60, -1, "expired on"), (2, 60, "not valid before")]
)
def test_a_day_outside_its_days_is_told(
    tmp_path: Path, begins: float, ends: float, words: str
) -> None:
    pair = papers.official(tmp_path, begins=begins, ends=ends)
    with pytest.raises(CannotStart, match=words):
        official.check(*pair)
