"""What is particular to each storage, and which address means which."""

import hashlib
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from media.disk import DiskStorage
from media.kept import HashMismatch, StorageUnavailable, place
from media.s3 import S3Storage
from media.storage import storage_for
from server.app import create_app
from server.config import BadSetting, read
from tests.kit import seaweed
from tests.kit.seaweed import Seaweed

DATA = b"bytes of a photo"
SHA = hashlib.sha256(DATA).hexdigest()


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_files_lie_in_a_tree_that_only_the_server_reads(disk: DiskStorage, tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(DATA)
    disk.put_file(SHA, tmp_path / "spool")
    kept = tmp_path / "media" / "originals" / SHA[:2] / SHA[2:4] / SHA
    assert kept.read_bytes() == DATA
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_what_could_not_be_kept_leaves_nothing_behind(disk: DiskStorage, tmp_path: Path) -> None:
    (tmp_path / "spool").write_bytes(b"damaged")
    with pytest.raises(HashMismatch):
        disk.put_file(SHA, tmp_path / "spool")
    with pytest.raises(TypeError):
        disk.put_variant(SHA, "thumb.jpg", "text")  # type: ignore[arg-type]
    assert files(tmp_path / "media") == []


def test_half_written_files_have_no_name(disk: DiskStorage, tmp_path: Path) -> None:
    folder = tmp_path / "media" / "originals" / SHA[:2] / SHA[2:4]
    folder.mkdir(parents=True)
    (folder / ".new-abc").write_bytes(DATA[:3])
    assert list(disk.names()) == [] and not disk.exists(SHA)


def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    storage = storage_for(f"file://{tmp_path}/照片 50%#1?")
    storage.put_variant(SHA, "thumb.jpg", b"small")
    assert len(files(tmp_path / "照片 50%#1?")) == 1


@pytest.mark.parametrize("url", ["", "media", "file://host/folder", "http://x/y", "file:relative"])
def test_an_address_that_means_nothing_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="RUHU_MEDIA_URL must look like file:///folder"):
        storage_for(url)


@pytest.mark.parametrize("url", ["s3://", "s3:///folder", "s3://bucket?secret=1"])
def test_an_s3_address_without_a_bucket_or_with_strange_words_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket"):
        storage_for(url)


def test_without_boto3_the_sentence_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['boto3'] = None\n"
        "from media.storage import storage_for\n"
        "try: storage_for('s3://bucket')\n"
        "except ValueError as told: print(told)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "s3:// needs boto3: pip install -r requirements-scale.txt\n"


def test_a_store_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    storage = S3Storage("s3://bucket?endpoint=http://127.0.0.1:1&region=us-east-1")
    with pytest.raises(StorageUnavailable):
        storage.exists(SHA)


@pytest.mark.long
def test_a_store_that_refuses_our_key_is_unavailable_not_empty(
    s3: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    storage = storage_for(s3.folder())
    with pytest.raises(StorageUnavailable):
        storage.exists(SHA)
    with pytest.raises(StorageUnavailable):
        storage.open(SHA)


@pytest.mark.long
def test_a_store_proves_for_itself_what_arrives(
    s3: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
    storage = S3Storage(s3.folder())
    with pytest.raises(StorageUnavailable):
        storage._put(place(SHA), b"damaged on its way", SHA)
    assert not storage.exists(SHA) and list(storage.names()) == []


@pytest.mark.parametrize("url", ["ftp://host/folder", "s3://bucket?secret=1", "s3://"])
def test_an_address_that_cannot_be_used_stops_the_start_with_a_sentence(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(BadSetting, match="RUHU_MEDIA_URL"):
        create_app(read({"RUHU_HOME": str(tmp_path / "home"), "RUHU_MEDIA_URL": url}))
