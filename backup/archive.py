"""The archive: a zip of tables as JSON lines, proven by counts and hashes; no database's own."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from backup import manifest
from backup.manifest import BLOBS, MANIFEST, BackupInvalid, Manifest, Part

Row = tuple[Any, ...]
_LEVEL = 4
_BYTES = "b64"
"""The key under which bytes stand: JSON has none, and no column holds an object of its own."""


class Writer:
    """Parts in the order written; the manifest comes last, so that half an archive has none."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed

    def put(self, name: str, columns: Iterable[str], rows: Iterable[Row]) -> Part:
        digest, count = hashlib.sha256(), 0
        with self._packed.open(_place(name), "w", force_zip64=True) as file:
            for row in rows:
                line = orjson.dumps(row, default=_plain) + b"\n"
                digest.update(line)
                file.write(line)
                count += 1
        return Part(name, tuple(columns), count, digest.hexdigest())

    def close(self, told: Manifest) -> None:
        self._packed.writestr(MANIFEST, told.text())


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive at `path`, durable once the block has ended."""
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        packing = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        with packing as packed:
            yield Writer(packed)
        file.flush()
        os.fsync(file.fileno())


class Archive:
    """An archive that is there; `prove` before it is trusted."""

    def __init__(self, packed: zipfile.ZipFile, told: Manifest) -> None:
        self._packed = packed
        self.told = told

    def rows(self, part: Part) -> Iterator[Row]:
        """The part's rows. Raises BackupInvalid at the end where count or hash is another."""
        digest, count = hashlib.sha256(), 0
        try:
            with self._packed.open(_place(part.name)) as file:
                for line in file:
                    digest.update(line)
                    count += 1
                    yield tuple(_value(each) for each in orjson.loads(line))
        except (KeyError, zipfile.BadZipFile, orjson.JSONDecodeError, OSError) as damage:
            raise BackupInvalid(f"{part.name} in the archive is damaged") from damage
        if (count, digest.hexdigest()) != (part.rows, part.sha256):
            raise BackupInvalid(f"{part.name} in the archive is not what the manifest says")

    def blobs(self) -> Iterator[tuple[str, int]]:
        """(hash, bytes) of every stored file."""
        return ((str(sha), int(size)) for sha, size in self.rows(self.told.blobs))

    def prove(self) -> None:
        """Every part opened, counted and hashed. Raises BackupInvalid."""
        for part in (*self.told.tables, self.told.blobs):
            for _ in self.rows(part):
                pass


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Raises BackupInvalid where there is no archive that can be read."""
    try:
        packed = zipfile.ZipFile(path)
        told = manifest.read(packed.read(MANIFEST))
    except (OSError, KeyError, zipfile.BadZipFile) as fault:
        raise BackupInvalid(f"{path} is no archive of this server, or only half of one") from fault
    with packed:
        yield Archive(packed, told)


def _place(name: str) -> str:
    return name if name == BLOBS else f"tables/{name}.jsonl"


def _plain(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return {_BYTES: base64.b64encode(bytes(value)).decode()}
    raise TypeError(type(value).__name__)


def _value(told: Any) -> Any:
    return base64.b64decode(told[_BYTES]) if isinstance(told, dict) else told
