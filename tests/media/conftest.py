"""Storages, and pictures small enough to read in a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.session import get_session
from flask import Flask
from moto import mock_aws

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


@pytest.fixture
def moto() -> Iterator[str]:
    """The address of a bucket in this process: quick, but it believes any signature."""
    with mock_aws():
        session = get_session()
        keys = {"aws_access_key_id": seaweed.KEY, "aws_secret_access_key": seaweed.SECRET}
        session.create_client("s3", region_name=seaweed.REGION, **keys).create_bucket(
            Bucket=seaweed.BUCKET
        )
        yield f"s3://{seaweed.BUCKET}/test?region={seaweed.REGION}"


def _made(kind: str, request: pytest.FixtureRequest) -> Storage:
    if kind == "disk":
        return storage_for(f"file://{request.getfixturevalue('tmp_path') / 'media'}")
    keys: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    keys.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
    keys.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
    if kind == "moto":
        return storage_for(request.getfixturevalue("moto"))
    server: Seaweed = request.getfixturevalue("s3")
    return storage_for(server.folder())


SEAWEED = pytest.param("s3", marks=pytest.mark.long)


@pytest.fixture(params=["disk", "moto", SEAWEED])
def storage(request: pytest.FixtureRequest) -> Storage:
    """Every implementation; a test that asks for it runs on each."""
    return _made(request.param, request)


@pytest.fixture(params=["disk", SEAWEED])
def shared(request: pytest.FixtureRequest) -> Storage:
    """Those that bear several threads: moto does not."""
    return _made(request.param, request)


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The real app at a real port."""
    with serve(app) as url:
        yield url
