"""What every storage does, on a disk and on a real S3 API alike."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from media.kept import HashMismatch
from media.storage import Storage
from store.errors import NotFound

DATA = bytes(range(256)) * 5000
SHA = hashlib.sha256(DATA).hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "arrived"
    path.write_bytes(DATA)
    return path


def read(storage: Storage, sha256: str) -> bytes:
    with storage.open(sha256) as file:
        return file.read()


def test_a_file_comes_back_as_it_went_in(storage: Storage, source: Path) -> None:
    storage.put_file(SHA, source)
    assert read(storage, SHA) == DATA
    assert storage.exists(SHA) and list(storage.names()) == [SHA]
    assert source.read_bytes() == DATA


def test_a_file_can_be_read_piece_by_piece(storage: Storage, source: Path) -> None:
    storage.put_file(SHA, source)
    with storage.open(SHA) as file:
        assert file.read(1000) == DATA[:1000]
        assert file.read(1000) == DATA[1000:2000]


def test_what_was_never_kept_is_not_found(storage: Storage) -> None:
    assert not storage.exists(SHA) and list(storage.names()) == []
    with pytest.raises(NotFound) as refused:
        storage.open(SHA)
    assert refused.value.code == "file_not_found"
    with pytest.raises(NotFound) as refused:
        storage.open_variant(SHA, "thumb.jpg")
    assert refused.value.code == "file_not_found"


def test_bytes_of_another_name_are_not_kept(storage: Storage, source: Path) -> None:
    with pytest.raises(HashMismatch):
        storage.put_file(OTHER, source)
    assert not storage.exists(OTHER) and list(storage.names()) == []


def test_a_name_keeps_its_first_bytes(storage: Storage, source: Path, tmp_path: Path) -> None:
    storage.put_file(SHA, source)
    source.write_bytes(b"something else")
    storage.put_file(SHA, source)
    assert read(storage, SHA) == DATA and list(storage.names()) == [SHA]


def test_twins_that_arrive_at_once_are_one_file(shared: Storage, source: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: shared.put_file(SHA, source), range(8)))
    assert read(shared, SHA) == DATA and list(shared.names()) == [SHA]


def test_a_part_is_read_without_the_rest(storage: Storage, source: Path) -> None:
    storage.put_file(SHA, source)
    assert storage.part(SHA, 1000, 3000) == DATA[1000:3000]
    assert storage.part(SHA, len(DATA) - 5, len(DATA) + 5) == DATA[-5:]
    with pytest.raises(NotFound):
        storage.part(OTHER, 0, 10)


def test_names_tell_how_long_a_file_has_lain(storage: Storage, source: Path) -> None:
    storage.put_file(SHA, source)
    assert list(storage.names(before=time.time() - 60)) == []
    assert list(storage.names(before=time.time() + 60)) == [SHA]


def test_a_file_that_comes_again_is_said_to_have_been_there(storage: Storage, source: Path) -> None:
    assert storage.put_file(SHA, source) is True
    assert storage.put_file(SHA, source) is False


def test_small_copies_stand_beside_and_give_way_to_newer_ones(storage: Storage) -> None:
    storage.put_variant(SHA, "thumb.jpg", b"old")
    storage.put_variant(SHA, "thumb.jpg", b"new")
    storage.put_variant(SHA, "screen.jpg", b"larger")
    with storage.open_variant(SHA, "thumb.jpg") as file:
        assert file.read() == b"new"
    assert list(storage.names()) == [] and not storage.exists(SHA)


def test_deleting_takes_the_copies_along_and_nothing_else(
    storage: Storage, source: Path, tmp_path: Path
) -> None:
    neighbour = tmp_path / "neighbour"
    neighbour.write_bytes(b"other")
    storage.put_file(SHA, source)
    storage.put_file(OTHER, neighbour)
    for sha in (SHA, OTHER):
        storage.put_variant(sha, "thumb.jpg", b"small")
    storage.delete(SHA)
    storage.delete(SHA)
    assert list(storage.names()) == [OTHER] and read(storage, OTHER) == b"other"
    with pytest.raises(NotFound):
        storage.open_variant(SHA, "thumb.jpg")
    with storage.open_variant(OTHER, "thumb.jpg") as file:
        assert file.read() == b"small"
