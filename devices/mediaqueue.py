"""Photos on their way: queued with their visit, sent after the text, kept until backed up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from devices.outbox import KEEP_SECONDS
from devices.store import Store


class BlobState(Enum):
    WAITING = "waiting"  # the server has not confirmed the whole file
    STORED = "stored"  # the server has it, whole and verified
    SAFE = "safe"  # a backup holds it; the original was deleted here
    REFUSED = "refused"  # the server will never take it; `why` says why


@dataclass(frozen=True)
class Blob:
    sha256: str
    mime: str
    name: str
    size: int
    url: str | None
    """The upload's path on the server, once known: a place to go on, never a promise."""


class MediaQueue:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, data: bytes, mime: str, name: str) -> str:
        """Keep the file; its SHA-256 is its name from now on."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._store.write_photo(sha256, data)
        self._store.run(
            "INSERT OR IGNORE INTO blobs (sha256, mime, name, size, state)"
            " VALUES (?, ?, ?, ?, 'waiting')",
            sha256, mime, name, len(data),
        )  # fmt: skip
        return sha256

    def attach(self, rec: str, hashes: Iterable[str]) -> None:
        """These are the files of the visit now; a photo taken out of it counts no more."""
        with self._store.together():
            self._store.run("DELETE FROM attached WHERE rec = ?", rec)
            for sha256 in hashes:
                self._store.run(
                    "INSERT OR IGNORE INTO attached (rec, sha256) VALUES (?, ?)", rec, sha256
                )

    def waiting(self) -> list[Blob]:
        """Files of finished visits that the server does not have, in the order they were taken."""
        return [
            Blob(row["sha256"], row["mime"], row["name"], row["size"], row["url"])
            for row in self._store.rows(
                "SELECT * FROM blobs WHERE state = 'waiting' AND sha256 IN"
                " (SELECT sha256 FROM attached) ORDER BY rowid"
            )
        ]

    def read(self, sha256: str) -> bytes:
        return (self._store.photos / sha256).read_bytes()

    def progress(self, rec: str) -> tuple[int, int]:
        """(done, all) photos of a visit; a refused photo is done, it will not move again."""
        row = self._store.row(
            "SELECT count(*) AS total, count(CASE WHEN b.state <> 'waiting' THEN 1 END) AS done"
            " FROM attached a JOIN blobs b ON b.sha256 = a.sha256 WHERE a.rec = ?",
            rec,
        )
        return (int(row["done"]), int(row["total"])) if row else (0, 0)

    def remember(self, sha256: str, url: str | None) -> None:
        self._store.run("UPDATE blobs SET url = ? WHERE sha256 = ?", url, sha256)

    def stored(self, sha256: str, epoch: str | None, at: float) -> None:
        self._store.run(
            "UPDATE blobs SET state = 'stored', epoch = ?, position = NULL, stored = ?"
            " WHERE sha256 = ?",
            epoch, at, sha256,
        )  # fmt: skip

    def refused(self, sha256: str, why: str) -> None:
        self._store.run("UPDATE blobs SET state = 'refused', why = ? WHERE sha256 = ?", why, sha256)

    def pass_position(self, epoch: str, position: int) -> None:
        """A feed position told after a file was stored: a backup of it holds the file too."""
        self._store.run(
            "UPDATE blobs SET position = ? WHERE state = 'stored' AND position IS NULL"
            " AND epoch = ?",
            position, epoch,
        )  # fmt: skip

    def send_again(self, epoch: str) -> int:
        """Another history: ask again for every file that no backup is known to hold."""
        return self._store.run(
            "UPDATE blobs SET state = 'waiting', url = NULL WHERE state = 'stored'"
            " AND epoch IS NOT ? AND sha256 IN (SELECT sha256 FROM attached)",
            epoch,
        )

    def forget(self, epoch: str, backed_up_through: int, now: float) -> int:
        """Delete originals that a backup holds (or that are 90 days old)."""
        gone = self._store.rows(
            "SELECT sha256 FROM blobs WHERE state = 'stored' AND"
            " ((epoch = ? AND position <= ?) OR stored < ?)",
            epoch, backed_up_through, now - KEEP_SECONDS,
        )  # fmt: skip
        for row in gone:
            self._store.run("UPDATE blobs SET state = 'safe' WHERE sha256 = ?", row["sha256"])
            (self._store.photos / row["sha256"]).unlink(missing_ok=True)
        return len(gone)
