"""Bytes and where they hang: blobs by hash, uploads under way, attachments of records."""

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Id, Json, Moment, Sha


class Blob(Base):
    """A file named by its SHA-256: expected by a record, then stored."""

    __tablename__ = "blobs"
    sha256: Mapped[Sha] = mapped_column(primary_key=True)
    state: Mapped[Code]
    """expected | stored"""
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[Code]
    stored_at: Mapped[Moment | None]


class PhotoFacts(Base):
    """What the bytes of a photo say, read once (EXIF vault, kept apart from any served copy)."""

    __tablename__ = "photo_facts"
    sha256: Mapped[Sha] = mapped_column(primary_key=True)
    facts: Mapped[Json]
    """media.inspect.Facts as JSON."""
    pixel_sha256: Mapped[Sha] = mapped_column(index=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    """256 bits of low frequencies, of the upright picture."""
    prints: Mapped[bytes | None] = mapped_column(LargeBinary)
    """media.prints.Prints, packed: other ways to hold the picture, windows of it."""
    camera: Mapped[str | None] = mapped_column(String(210))
    """Maker and model as the camera wrote them."""
    quantisation: Mapped[Code | None]
    """Names a JPEG's quantisation tables: what a model's photos have in common."""
    inspected_at: Mapped[Moment]
    __table_args__ = (Index("ix_photo_facts_camera", "camera", "quantisation"),)


class PhotoIndex(Base):
    """By what a photo is looked for among all others; numbered in the order they were read."""

    __tablename__ = "photo_index"
    serial: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[Sha] = mapped_column(unique=True)
    codes: Mapped[bytes] = mapped_column(LargeBinary(40))
    """media.prints.Prints.codes"""


class Upload(Base):
    """A tus upload; its id is derived from (user, hash), so a lost answer finds it again."""

    __tablename__ = "uploads"
    id: Mapped[Sha] = mapped_column(primary_key=True)
    user_id: Mapped[Id]
    device: Mapped[str] = mapped_column(String(36), default="")
    """The phone that began it, or went on with it last."""
    sha256: Mapped[Sha] = mapped_column(index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger)
    meta: Mapped[Json]
    made_at: Mapped[Moment]
    touched_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    __table_args__ = (
        Index("ix_uploads_expires_at", "expires_at"),
        Index("ix_uploads_device", "device"),
    )


class Attachment(Base):
    """One photo or signature of a record, as the record names it."""

    __tablename__ = "attachments"
    rec: Mapped[Id] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[Sha] = mapped_column(primary_key=True)
    version: Mapped[int]
    """The record's version that named it first."""
    role: Mapped[Code]
    mime: Mapped[Code]
    size: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[str | None] = mapped_column(String(40))
    gps: Mapped[Json] = mapped_column(default="null")
    current: Mapped[bool] = mapped_column(default=True)
    """False once the record names another file at this path."""
    __table_args__ = (Index("ix_attachments_sha256", "sha256", "current"),)
