"""Which address phones use, and with which certificate."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from server import config
from server.config import Settings
from server.launch import lan
from server.launch.refusal import CannotStart
from server.start import where
from tests.server.tls import papers


def settings(home: Path, **told: str) -> Settings:
    return config.read({"RUHU_HOME": str(home), "RUHU_SECRET_KEY": "for tests", **told})


def test_without_lan_nothing_changes(tmp_path: Path) -> None:
    plain = settings(tmp_path)
    assert lan.certified(plain, "") == plain
    assert where.public_url(plain) == "http://127.0.0.1:8080"
    assert where.start_url(plain) == "http://127.0.0.1:8080/start"
    assert not (tmp_path / "tls").exists()


def test_an_address_that_was_given_wins(tmp_path: Path) -> None:
    ready = lan.certified(settings(tmp_path, RUHU_LAN="1", RUHU_HOST="127.0.0.2"), "127.0.0.2")
    assert ready.host == "127.0.0.2" and ready.local_authority
    assert where.public_url(ready) == "https://127.0.0.2:8080"
    assert where.start_url(ready) == "http://127.0.0.2:8081/start"
    assert where.own_url(ready) == "https://127.0.0.2:8080"


def test_the_address_is_the_one_a_route_would_use() -> None:
    """Turned to this machine the route is the loopback's, which no phone can use."""
    with pytest.raises(CannotStart, match="on no network"):
        lan.own_address("127.0.0.1")


def test_no_route_at_all_is_one_sentence() -> None:
    with pytest.raises(CannotStart, match="name the address in RUHU_HOST"):
        lan.own_address("255.255.255.255")


def test_a_domain_needs_a_certificate_of_its_own(tmp_path: Path) -> None:
    told = settings(tmp_path, RUHU_LAN="1", RUHU_HOST="ruhu.example.cn")
    with pytest.raises(CannotStart, match="RUHU_HOST=ruhu.example.cn"):
        lan.certified(told, "ruhu.example.cn")


def test_an_official_certificate_names_the_server(tmp_path: Path) -> None:
    cert, key = papers.official(tmp_path)
    told = settings(
        tmp_path, RUHU_LAN="1", RUHU_HOST="127.0.0.2", RUHU_PORT="443",
        RUHU_TLS_CERT=str(cert), RUHU_TLS_KEY=str(key),
    )  # fmt: skip
    ready = lan.certified(told, "127.0.0.2")
    assert not ready.local_authority and ready.tls_cert == str(cert)
    assert where.public_url(ready) == "https://ruhu.example.cn"
    assert where.start_url(ready) == "https://ruhu.example.cn/start"
    assert where.own_url(ready) == "https://127.0.0.2"


def test_a_bad_certificate_stops_every_start(tmp_path: Path) -> None:
    cert, key = papers.official(tmp_path, ends=-0.5)
    told = settings(tmp_path, RUHU_TLS_CERT=str(cert), RUHU_TLS_KEY=str(key))
    with pytest.raises(CannotStart, match="expired on"):
        lan.certified(told, "")


def test_a_server_on_every_address_is_called_by_one_that_phones_can_use(tmp_path: Path) -> None:
    try:
        found = lan.own_address()
    except CannotStart:
        pytest.skip("this machine is on no network")
    ready = lan.certified(settings(tmp_path, RUHU_LAN="1", RUHU_HOST="0.0.0.0"), "0.0.0.0")
    assert ready.host == "0.0.0.0"
    assert where.public_url(ready) == f"https://{ip_address(str(found))}:8080"
