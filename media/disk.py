"""Files in a folder: written beside, proven, then given their name."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from media.kept import ORIGINALS, VARIANTS, absent, place, prove

_PIECE = 1 << 20


class DiskStorage:
    """A folder: `originals/ab/cd/<sha256>` and `variants/ab/cd/<sha256>.<variant>`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder in (root / ORIGINALS, root / VARIANTS):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put_file(self, sha256: str, source: Path) -> bool:
        if self.exists(sha256):
            return False
        with source.open("rb") as data:
            self.put_pieces(sha256, iter(lambda: data.read(_PIECE), b""))
        return True

    def put_pieces(self, sha256: str, pieces: Iterable[bytes]) -> None:
        """A file as it comes from elsewhere. Raises HashMismatch, and then keeps nothing."""
        prove(sha256, _write(self._root / place(sha256), pieces, sha256))

    def path(self, sha256: str) -> Path:
        """Where the file is, or would be; for whoever has it on this machine."""
        return self._root / place(sha256)

    def open(self, sha256: str) -> BinaryIO:
        return _opened(self._root / place(sha256))

    def part(self, sha256: str, start: int, stop: int) -> bytes:
        with self.open(sha256) as file:
            file.seek(start)
            return file.read(stop - start)

    def exists(self, sha256: str) -> bool:
        return (self._root / place(sha256)).exists()

    def put_variant(self, sha256: str, variant: str, data: bytes) -> None:
        _write(self._root / place(sha256, variant), [data])

    def open_variant(self, sha256: str, variant: str) -> BinaryIO:
        return _opened(self._root / place(sha256, variant))

    def delete(self, sha256: str) -> None:
        (self._root / place(sha256)).unlink(missing_ok=True)
        for variant in (self._root / place(sha256, "x")).parent.glob(f"{sha256}.*"):
            variant.unlink(missing_ok=True)

    def names(self, before: float | None = None) -> Iterator[str]:
        found = (self._root / ORIGINALS).glob("??/??/" + "[0-9a-f]" * 64)
        return (p.name for p in found if before is None or p.stat().st_mtime < before)


def _write(target: Path, pieces: Iterable[bytes], sha256: str = "") -> str:
    """Durable under its name, or not there at all; the bytes' SHA-256. A name that the bytes
    disprove is not given."""
    made = hashlib.sha256()
    _make(target.parent)
    with _beside(target) as (written, file):
        for piece in pieces:
            made.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        if sha256 in ("", made.hexdigest()):
            os.replace(written, target)
            _sync(target.parent)
    return made.hexdigest()


@contextmanager
def _beside(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file in the target's folder, readable by us alone, gone unless it was renamed."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield Path(name), file
    finally:
        Path(name).unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """A folder whose own name survives a crash, too."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as gone:
        raise absent() from gone
