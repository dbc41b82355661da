"""Storages, and pictures small enough to read in a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from media.disk import DiskStorage
from media.storage import Storage, storage_for
from tests.kit import seaweed
from tests.kit.live import serve
from tests.kit.seaweed import Seaweed
from tests.server.conftest import app, doors, settings

__all__ = ["app", "doors", "settings"]


@pytest.fixture(scope="session")
def s3() -> Iterator[Seaweed]:
    server = seaweed.start()
    yield server
    server.stop()


@pytest.fixture
def disk(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "media")


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.long)])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Storage:
    """Every implementation; a test that asks for it runs on each."""
    if request.param == "disk":
        return storage_for(f"file://{tmp_path / 'media'}")
    server: Seaweed = request.getfixturevalue("s3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
    return storage_for(server.folder())


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The real app at a real port."""
    with serve(app) as url:
        yield url
