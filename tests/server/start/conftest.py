"""The app on the LAN, with a small form app that was built somewhere, and the small door."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.app import create_app
from server.config import Settings, read
from server.start import door
from server.tls import leaf

HERE = "192.168.1.20"
ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A136U) AppleWebKit/537.36 Chrome/120.0 Mobile"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"
WASM = b"\0asm\x01\0\0\0"
SCRIPT = b"console.log('ruhu');\n" * 40


class Browser(FlaskClient):
    """A browser at one address; it reads every answer to its end, so that files are closed."""

    base = "http://localhost"

    def open(self, *args: Any, **told: Any) -> TestResponse:
        return super().open(*args, **({"buffered": True, "base_url": self.base} | told))


def browser_at(app: Flask, base: str) -> Browser:
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    client.base = base
    client.environ_base["HTTP_USER_AGENT"] = ANDROID
    return client


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """What `make client` leaves, in small."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>入户</title>")
    (folder / "sw.js").write_text("self.addEventListener('fetch', () => {});")
    (folder / "manifest.webmanifest").write_text('{"name": "入户"}')
    (folder / ".sources").write_text("a hash")
    (folder / "assets" / "index-Bc3dE_9x.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-Bc3dE_9x.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "index-Bc3dE_9x.js.br").write_bytes(b"as if by brotli")
    (folder / "assets" / "engine-0a1b2c3d.wasm").write_bytes(WASM)
    (folder / "assets" / "plain.css").write_text("body {}")
    return folder


@pytest.fixture
def lan(tmp_path: Path, dist: Path) -> Settings:
    """Settings as the launcher hands them to its children."""
    told = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_SECRET_KEY": "for tests", "RUHU_LAN": "1"}
    plain = read(told | {"RUHU_HOST": HERE, "RUHU_CLIENT_DIST": str(dist)})
    cert, key = leaf.prepared(plain.home, ip_address(HERE))
    return replace(plain, tls_cert=str(cert), tls_key=str(key))


@pytest.fixture
def make() -> Iterator[Callable[[Settings], Flask]]:
    made = []

    def app(settings: Settings) -> Flask:
        made.append(create_app(settings))
        return made[-1]

    yield app
    for each in made:
        with each.app_context():
            each.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def stranger(make: Callable[[Settings], Flask], lan: Settings) -> FlaskClient:
    """Somebody's browser at the whole server, by https."""
    return browser_at(make(lan), f"https://{HERE}:8080")


@pytest.fixture
def outside(lan: Settings) -> FlaskClient:
    """Somebody's browser at the small door, by http."""
    return browser_at(door.create(lan), f"http://{HERE}:8081")
