"""The built form app: right types, kept as long as may be, and nothing beside it."""

import gzip
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.start.client import POLICY
from tests.server.start.conftest import SCRIPT, WASM

JS = "/app/assets/index-Bc3dE_9x.js"


def test_without_its_slash_it_is_led_on(stranger: FlaskClient) -> None:
    answer = stranger.get("/app")
    assert answer.status_code == 308 and answer.headers["Location"].endswith("/app/")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/app/", "text/html; charset=utf-8"),
        ("/app/index.html", "text/html; charset=utf-8"),
        ("/app/sw.js", "text/javascript; charset=utf-8"),
        ("/app/manifest.webmanifest", "application/manifest+json"),
        ("/app/assets/engine-0a1b2c3d.wasm", "application/wasm"),
        ("/app/assets/plain.css", "text/css; charset=utf-8"),
        (JS, "text/javascript; charset=utf-8"),
    ],
)
def test_each_file_has_its_type_and_the_apps_own_policy(
    stranger: FlaskClient, path: str, kind: str
) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 200 and answer.content_type == kind
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self), geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert answer.headers["Service-Worker-Allowed"] == "/app/"
    assert not stranger.get_cookie("ruhu_pre")


@pytest.mark.parametrize("path", ["/app/", "/app/sw.js", "/app/manifest.webmanifest"])
def test_what_may_change_is_asked_for_again(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.headers["Cache-Control"] == "no-cache"
    again = stranger.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""


def test_what_changes_its_name_is_kept_for_ever(stranger: FlaskClient) -> None:
    for path in (JS, "/app/assets/engine-0a1b2c3d.wasm"):
        assert "immutable" in stranger.get(path).headers["Cache-Control"]
    assert stranger.get("/app/assets/plain.css").headers["Cache-Control"] == "no-cache"


def test_a_squeezed_sibling_is_sent_where_it_is_taken(stranger: FlaskClient) -> None:
    plain = stranger.get(JS)
    assert plain.data == SCRIPT and "Content-Encoding" not in plain.headers
    gz = stranger.get(JS, headers={"Accept-Encoding": "gzip, deflate"})
    assert gz.headers["Content-Encoding"] == "gzip" and gzip.decompress(gz.data) == SCRIPT
    br = stranger.get(JS, headers={"Accept-Encoding": "gzip, br"})
    assert br.headers["Content-Encoding"] == "br"
    assert gz.content_type == br.content_type == plain.content_type
    assert len({each.headers["ETag"] for each in (plain, gz, br)}) == 3
    assert all("Accept-Encoding" in each.headers["Vary"] for each in (plain, gz, br))
    refused = stranger.get(JS, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
    assert refused.data == SCRIPT


def test_without_a_sibling_it_is_sent_as_it_is(stranger: FlaskClient) -> None:
    answer = stranger.get("/app/assets/engine-0a1b2c3d.wasm", headers={"Accept-Encoding": "br"})
    assert answer.data == WASM and "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["../home/secret.key", "%2e%2e/home/secret.key", "..%2fhome%2fsecret.key", "/etc/passwd",
     "assets/../../home/secret.key", "assets", ".sources", "assets/%00", "nothing.js",
     "..\\home\\secret.key", "away.txt"],
)  # fmt: skip
def test_nothing_beside_the_app_comes_out(
    stranger: FlaskClient, dist: Path, tmp_path: Path, path: str
) -> None:
    assert (tmp_path / "home").is_dir()
    (tmp_path / "home" / "secret.key").write_text("the secret")
    (dist / "away.txt").symlink_to(tmp_path / "home" / "secret.key")
    answer = stranger.get(f"/app/{path}")
    assert answer.status_code in (404, 308) and b"the secret" not in answer.data


def test_an_app_that_was_not_built_says_how(stranger: FlaskClient, dist: Path) -> None:
    shutil.rmtree(dist)
    for path in ("/app/", "/app/sw.js"):
        answer = stranger.get(path)
        assert answer.status_code == 503 and "make client" in answer.text
    assert "not built" in stranger.get("/app/?lang=en").text


def test_an_app_built_meanwhile_is_there_without_a_restart(
    stranger: FlaskClient, dist: Path
) -> None:
    dist.rename(dist.with_name("later"))
    assert stranger.get("/app/").status_code == 503
    dist.with_name("later").rename(dist)
    assert stranger.get("/app/").status_code == 200
