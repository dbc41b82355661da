"""`make run LAN=1` as a stranger meets it: https, the start page, one administrator."""

import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.tls import files, reading
from tests.kit.launched import Launched, free_port
from tests.kit.wait import until

HOST = "127.0.0.2"


@pytest.fixture(scope="module")
def ruhu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    home = tmp_path_factory.mktemp("lan") / "home"
    home.mkdir()
    more = {"RUHU_LAN": "1", "RUHU_HOST": HOST, "RUHU_START_PORT": str(free_port())}
    ruhu = Launched(home, demo=True, more=more)
    ruhu.start()
    until(lambda: "ruhu.admin" in ruhu.terminal, 60, told="the first administrator")
    yield ruhu
    assert ruhu.stop() == 0


def trusting(ruhu: Launched) -> ssl.SSLContext:
    """A phone with the certificate installed."""
    return ssl.create_default_context(cafile=str(ruhu.home / "tls" / files.CA_CERT))


def test_https_is_believed_by_whoever_has_the_certificate_and_nobody_else(ruhu: Launched) -> None:
    url = f"https://{HOST}:{ruhu.port}/api/v1/ping"
    with urllib.request.urlopen(url, context=trusting(ruhu)) as answer:
        assert answer.status == 200
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(url)


def test_the_start_page_comes_by_plain_http(ruhu: Launched) -> None:
    url = f"http://{HOST}:{ruhu.more['RUHU_START_PORT']}/start"
    with urllib.request.urlopen(url) as answer:
        page = answer.read().decode()
    assert f"https://{HOST}:{ruhu.port}/app/" in page


def test_the_terminal_tells_what_a_phone_needs(ruhu: Launched) -> None:
    told = ruhu.terminal
    assert f"https://{HOST}:{ruhu.port}/" in told
    assert f"http://{HOST}:{ruhu.more['RUHU_START_PORT']}/start" in told
    assert "█▀" in told or "▄█" in told
    pairs = reading.fingerprint(reading.authority(ruhu.home)).split(":")
    assert " ".join(pairs[:16]) in told and " ".join(pairs[16:]) in told


def test_the_demo_is_not_loaded_and_a_stranger_can_sign_in(ruhu: Launched) -> None:
    """RUHU_DEMO=1 alone is what `make run` says by default; on the LAN it is not enough."""
    assert not (ruhu.home / "demo-logins.json").exists()
    assert ruhu.ask("SELECT login, demo, must_change FROM users") == [("ruhu.admin", 0, 1)]
    found = re.search(r"ruhu\.admin +([a-z2-9]{4}(?:-[a-z2-9]{4}){2})$", ruhu.terminal, re.M)
    assert found is not None
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trusting(ruhu)), urllib.request.HTTPCookieProcessor()
    )
    base = f"https://{HOST}:{ruhu.port}"
    page = opener.open(f"{base}/login").read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = f"csrf_token={token[1]}&login=ruhu.admin&password={found[1]}"
    with opener.open(f"{base}/login", form.encode()) as answer:
        assert answer.url == f"{base}/password" and "一次性密码" in answer.read().decode()


def test_a_second_start_keeps_the_authority_and_tells_no_password(ruhu: Launched) -> None:
    ca = (ruhu.home / "tls" / files.CA_CERT).read_bytes()
    assert ruhu.stop() == 0
    Path(ruhu.home.parent, "terminal.txt").write_text("")
    ruhu.start()
    until(lambda: "fingerprint" in ruhu.terminal, 60, told="the second start")
    assert "ruhu.admin" not in ruhu.terminal
    assert (ruhu.home / "tls" / files.CA_CERT).read_bytes() == ca
