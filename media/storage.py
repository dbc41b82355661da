"""Where bytes are kept: one interface, content-addressed, files before rows, never overwritten."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from store.errors import NotFound


class Storage(Protocol):
    """Files by their SHA-256 (lower-case hex), and small copies of them by variant."""

    def put_file(self, sha256: str, source: Path) -> None:
        """Keep a whole file durably; a second time changes nothing. `source` may be moved."""

    def open(self, sha256: str) -> BinaryIO:
        """Raises NotFound."""

    def exists(self, sha256: str) -> bool: ...

    def put_variant(self, sha256: str, variant: str, data: bytes) -> None: ...

    def open_variant(self, sha256: str, variant: str) -> BinaryIO:
        """Raises NotFound."""

    def delete(self, sha256: str) -> None:
        """The file and its variants; harmless when absent."""

    def names(self) -> Iterator[str]:
        """Every kept file's hash."""


class DiskStorage:
    """A folder: `originals/ab/cd/<sha256>` and `variants/ab/cd/<sha256>.<variant>`."""

    def __init__(self, root: Path) -> None:
        self._originals = root / "originals"
        self._variants = root / "variants"
        for folder in (self._originals, self._variants):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put_file(self, sha256: str, source: Path) -> None:
        target = _place(self._originals, sha256)
        if target.exists():
            return
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as kept:
            with source.open("rb") as data:
                shutil.copyfileobj(data, kept, 1 << 20)
            kept.flush()
            os.fsync(kept.fileno())
        _settle(Path(kept.name), target)

    def open(self, sha256: str) -> BinaryIO:
        return _opened(_place(self._originals, sha256, make=False))

    def exists(self, sha256: str) -> bool:
        return _place(self._originals, sha256, make=False).exists()

    def put_variant(self, sha256: str, variant: str, data: bytes) -> None:
        target = _place(self._variants, sha256, f".{variant}")
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as kept:
            kept.write(data)
        _settle(Path(kept.name), target)

    def open_variant(self, sha256: str, variant: str) -> BinaryIO:
        return _opened(_place(self._variants, sha256, f".{variant}", make=False))

    def delete(self, sha256: str) -> None:
        _place(self._originals, sha256, make=False).unlink(missing_ok=True)
        for variant in _place(self._variants, sha256, make=False).parent.glob(f"{sha256}.*"):
            variant.unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        return (path.name for path in self._originals.glob("??/??/" + "[0-9a-f]" * 64))


def _place(root: Path, sha256: str, suffix: str = "", make: bool = True) -> Path:
    folder = root / sha256[:2] / sha256[2:4]
    if make:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / (sha256 + suffix)


def _settle(written: Path, target: Path) -> None:
    """Give a written file its name; the folder is synced so that the name survives a crash."""
    os.chmod(written, 0o600)
    os.replace(written, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as absent:
        raise NotFound("no such file is kept here", code="file_not_found") from absent


def storage_for(url: str) -> Storage:
    """The storage behind `file:///folder`; raises ValueError for a scheme it does not know."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return DiskStorage(Path(parts.path))
    raise ValueError(f"RUHU_MEDIA_URL must look like file:///folder, not {parts.scheme}://")
