"""Where bytes are kept: one interface, content-addressed, files before rows, never overwritten."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from media.disk import DiskStorage
from media.s3 import S3Storage


class Storage(Protocol):
    """Files by their SHA-256 (lower-case hex), and small copies of them by variant.

    Any call may raise StorageUnavailable where files are kept on another machine.
    """

    def put_file(self, sha256: str, source: Path) -> bool:
        """Keep a whole file durably; False, and nothing changes, where it is. `source` stays.

        Raises HashMismatch for bytes of another name, of which nothing is kept.
        """

    def open(self, sha256: str) -> BinaryIO:
        """To be read from its start and closed. Raises NotFound."""

    def part(self, sha256: str, start: int, stop: int) -> bytes:
        """Bytes from `start` to before `stop`, fewer where the file ends. Raises NotFound."""

    def exists(self, sha256: str) -> bool: ...

    def put_variant(self, sha256: str, variant: str, data: bytes) -> None:
        """A later one takes an earlier one's place."""

    def open_variant(self, sha256: str, variant: str) -> BinaryIO:
        """Raises NotFound."""

    def delete(self, sha256: str) -> None:
        """The file and its variants; harmless when absent."""

    def names(self, before: float | None = None) -> Iterator[str]:
        """The hash of every kept file; of those kept before a moment (seconds since 1970)."""


def storage_for(url: str) -> Storage:
    """The storage behind an address; raises ValueError for one that cannot be used."""
    if url.startswith("file:///"):
        return DiskStorage(Path(url.removeprefix("file://")))
    scheme = urlsplit(url).scheme
    if scheme == "s3":
        return S3Storage(url)
    told = "file:///folder or s3://bucket?endpoint=https://…&region=…"
    raise ValueError(f"RUHU_MEDIA_URL must look like {told}, not {scheme}://")
