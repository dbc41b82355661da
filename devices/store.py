"""What a phone keeps: one folder with a SQLite file and its photos. Killed and opened again it
has lost nothing that a method here had returned from."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mirror (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, unit TEXT, v INTEGER NOT NULL, seq INTEGER NOT NULL,
  subject TEXT, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS mirror_type ON mirror (type, unit);
CREATE INDEX IF NOT EXISTS mirror_subject ON mirror (subject);
CREATE TABLE IF NOT EXISTS departing (unit TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS forms (
  form TEXT NOT NULL, version TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (form, version));
CREATE TABLE IF NOT EXISTS drafts (
  rec TEXT PRIMARY KEY, unit TEXT NOT NULL, open INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS ops (
  op TEXT PRIMARY KEY, n INTEGER NOT NULL UNIQUE, rec TEXT NOT NULL, unit TEXT NOT NULL,
  state TEXT NOT NULL, body BLOB NOT NULL, result BLOB, epoch TEXT, position INTEGER,
  acked REAL);
CREATE INDEX IF NOT EXISTS ops_rec ON ops (rec, n);
CREATE TABLE IF NOT EXISTS blobs (
  sha256 TEXT PRIMARY KEY, mime TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
  state TEXT NOT NULL, url TEXT, why TEXT, position INTEGER, epoch TEXT, stored REAL);
CREATE TABLE IF NOT EXISTS attached (
  rec TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (rec, sha256));
"""


class Store:
    """The SQLite file of one phone. One thread uses it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.photos = folder / "photos"
        self.photos.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "phone.sqlite", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        self._depth = 0

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All of it or none of it; may be nested, the outermost counts."""
        if self._depth:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0

    def run(self, sql: str, *values: Any) -> int:
        """Execute; the number of rows it changed."""
        return self._db.execute(sql, values).rowcount

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return found

    def get(self, key: str) -> str | None:
        row = self.row("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row["value"])

    def put(self, key: str, value: str | None) -> None:
        if value is None:
            self.run("DELETE FROM meta WHERE key = ?", key)
        else:
            self.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)

    def write_photo(self, name: str, data: bytes) -> None:
        """File first, row afterwards: a crash between them leaves a stray file, never a lie."""
        target = self.photos / name
        if target.exists():
            return
        part = target.with_suffix(".part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)


def dumps(value: Any) -> bytes:
    return orjson.dumps(value)


def loads(body: bytes | str) -> Any:
    return orjson.loads(body)
