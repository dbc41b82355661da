"""People, what they were given, and the devices in their hands."""

from enum import Enum

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Id, Json, Moment, Sha


class Role(Enum):
    """What somebody is to an area; what each may do is one table (server/auth/permissions.py)."""

    CADRE = "cadre"
    VILLAGE_WORKER = "village_worker"
    VILLAGE_SUPERVISOR = "village_supervisor"
    TOWNSHIP_SUPERVISOR = "township_supervisor"
    COUNTY_SUPERVISOR = "county_supervisor"
    INSPECTOR = "inspector"
    ADMIN = "admin"


class User(Base):
    """A person with a login. Never deleted: evidence names them."""

    __tablename__ = "users"
    id: Mapped[Id] = mapped_column(primary_key=True)
    login: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password: Mapped[str] = mapped_column(String(200))
    """argon2id, encoded; empty when none is set yet."""
    lang: Mapped[Code] = mapped_column(default="zh")
    phone: Mapped[str] = mapped_column(String(300), default="")
    """Sealed (record = user id, path = "phone"); empty when unknown."""
    must_change: Mapped[bool] = mapped_column(Boolean, default=False)
    demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Made up for the demo; refused on the network unless asked for."""
    created_at: Mapped[Moment]
    disabled_at: Mapped[Moment | None]


class Grant(Base):
    """A role in an area, as an interval stamped by the feed at start and end."""

    __tablename__ = "grants"
    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Code]
    area: Mapped[Code] = mapped_column(ForeignKey("areas.code"))
    started_seq: Mapped[int] = mapped_column(BigInteger)
    ended_seq: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    __table_args__ = (Index("ix_grants_user_id", "user_id", "ended_seq"),)


class Device(Base):
    """A phone, or a user's server-side device through which console edits and imports push."""

    __tablename__ = "devices"
    id: Mapped[Id] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[Code] = mapped_column(default="phone")
    """phone | server"""
    label: Mapped[str] = mapped_column(String(100), default="")
    model: Mapped[str] = mapped_column(String(100), default="")
    app: Mapped[str] = mapped_column(String(50), default="")
    token: Mapped[Sha | None] = mapped_column(unique=True)
    """SHA-256 of 256 random bits; none for a server-side device."""
    enrolled_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    last_seen_at: Mapped[Moment | None]
    clock_offset: Mapped[float | None]
    """Seconds, received minus sent at the last push; what the network took is in it."""
    pulled_position: Mapped[int | None] = mapped_column(BigInteger)
    """How far in the feed it had come when it last pulled; noted in bulk."""
    reported: Mapped[Json] = mapped_column(default="{}")
    """What it last said of itself: unsent ops, photos and drafts, form versions."""
    reported_at: Mapped[Moment | None]
    digest_mismatches: Mapped[int] = mapped_column(default=0)
    """How often its records were other than the server's (an alarm for silent loss)."""
    counter: Mapped[Json] = mapped_column(default="{}", server_default="{}")
    """Which numbers of its ops have come, see `store/counter.py`."""
    next_n: Mapped[int] = mapped_column(default=1)
    """For a server-side device: the next op's counter."""


class EnrolCode(Base):
    """A one-time code, shown as QR; only its hash is kept."""

    __tablename__ = "enrol_codes"
    code: Mapped[Sha] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), index=True)
    made_by: Mapped[Id]
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]
    device_id: Mapped[Id | None]


class WebSession(Base):
    """A browser's login; only the hash of its cookie is kept, and it can be ended from here."""

    __tablename__ = "web_sessions"
    token: Mapped[Sha] = mapped_column(primary_key=True)
    user_id: Mapped[Id] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    csrf: Mapped[str] = mapped_column(String(64))
    agent: Mapped[Json] = mapped_column(default="")
