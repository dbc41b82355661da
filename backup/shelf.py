"""Where archives stand: a folder of them with one store of files beside, which all share."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from media.disk import DiskStorage
from store.errors import Conflicting

_NAME = re.compile(r"ruhu-\d{8}T\d{9}Z-p\d+\.zip")
SECRET = ".secret"


class BackupRunning(Conflicting):
    """Another process is making a backup into this folder."""

    code = "backup_running"


@dataclass(frozen=True, slots=True)
class Shelf:
    """`file` is given where the archive is to have a name of its own."""

    folder: Path
    file: Path | None = None

    def path(self, made_at: str, position: int) -> Path:
        stamp = re.sub(r"[-:.]", "", made_at)
        return self.file or self.folder / f"ruhu-{stamp}-p{position}.zip"

    def archives(self) -> list[Path]:
        """Those that carry our own names, the oldest first."""
        return sorted(p for p in self.folder.glob("ruhu-*.zip") if _NAME.fullmatch(p.name))


def shelf(target: Path) -> Shelf:
    """A folder, or the archive's own name where it ends in `.zip`."""
    return Shelf(target.parent, target) if target.suffix == ".zip" else Shelf(target)


def files(folder: Path) -> DiskStorage:
    """The files beside the archives in this folder, by their hashes."""
    return DiskStorage(folder / "media")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One backup at a time; raises BackupRunning."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise BackupRunning(f"another backup is being made in {folder}") from held
        yield


def settle(part: Path, target: Path) -> None:
    """Give a proven archive its name, so that it survives a crash."""
    os.replace(part, target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_secret(archive: Path, secret: str) -> Path:
    """Beside the archive, for its owner's eyes alone."""
    path = archive.with_name(archive.name + SECRET)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def thin(place: Shelf, keep: int) -> list[Path]:
    """Remove all but the newest `keep` archives. Their files stay: newer archives name them."""
    gone = place.archives()[:-keep]
    for path in gone:
        path.unlink()
        path.with_name(path.name + SECRET).unlink(missing_ok=True)
    return gone
