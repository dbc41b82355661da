"""Sealing of P1 values (id number, phone, bank, disability): they never stand open in a table.

AES-256-GCM with the record's id and the path as associated data, so that a sealed value
moved to another record or path does not open; HMAC-SHA-256 for equality search.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.bulk import put_all
from store.db import Base
from store.types import Code, Id, Sha

_NONCE = 12


class SealBroken(Exception):
    """A sealed value does not open here: another key, another record or path, or damage."""


class Keyring:
    """All keys of one installation, derived from its one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._derived: dict[str, bytes] = {}
        self._box = AESGCM(self.derive("seal"))
        self._index = self.derive("index")

    def derive(self, purpose: str) -> bytes:
        """32 bytes that belong to one purpose alone."""
        if purpose not in self._derived:
            kdf = HKDF(algorithm=SHA256(), length=32, salt=b"ruhu", info=purpose.encode())
            self._derived[purpose] = kdf.derive(self._secret)
        return self._derived[purpose]

    def seal(self, record: str, path: str, value: Any) -> str:
        nonce = os.urandom(_NONCE)
        sealed = self._box.encrypt(nonce, orjson.dumps(value), f"{record}|{path}".encode())
        return base64.b64encode(nonce + sealed).decode()

    def open(self, record: str, path: str, sealed: str) -> Any:
        raw = base64.b64decode(sealed)
        try:
            plain = self._box.decrypt(raw[:_NONCE], raw[_NONCE:], f"{record}|{path}".encode())
        except InvalidTag as damage:
            raise SealBroken(path) from damage
        return orjson.loads(plain)

    def seal_all(self, record: str, values: Mapping[str, Any]) -> dict[str, str]:
        return {path: self.seal(record, path, value) for path, value in values.items()}

    def open_all(self, record: str, sealed: Mapping[str, str]) -> dict[str, Any]:
        return {path: self.open(record, path, value) for path, value in sealed.items()}

    def index(self, kind: str, value: object) -> str:
        """The keyed index of a value: equal values, equal text; nobody without the key can try."""
        text = f"{kind}|{str(value).strip().upper()}"
        return hmac.new(self._index, text.encode(), hashlib.sha256).hexdigest()


class SealedIndex(Base):
    """Where a sealed value stands, findable by equality only."""

    __tablename__ = "sealed_index"
    record: Mapped[Id] = mapped_column(primary_key=True)
    path: Mapped[Code] = mapped_column(primary_key=True)
    digest: Mapped[Sha]
    __table_args__ = (Index("ix_sealed_index_digest", "digest"),)


def remember(session: Session, rows: Iterable[tuple[str, str, str]]) -> None:
    """Keep (record, path, digest) rows; a path's new value replaces its old one."""
    values = [{"record": r, "path": p, "digest": d} for r, p, d in rows]
    if values:
        put_all(session, SealedIndex, values, _anew)


def _anew(statement: Any) -> Any:
    digest = {"digest": statement.excluded.digest}
    return statement.on_conflict_do_update(index_elements=["record", "path"], set_=digest)


def forget(session: Session, record: str, path: str) -> None:
    session.execute(
        delete(SealedIndex).where(SealedIndex.record == record, SealedIndex.path == path)
    )


def holders(session: Session, digest: str) -> list[str]:
    """Records that hold a value of this digest."""
    return list(session.scalars(select(SealedIndex.record).where(SealedIndex.digest == digest)))
