"""Forms: published versions, which never change, and what an office is still working on."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Id, Json, Moment, Sha


class FormVersion(Base):
    """One version as published; its bytes never change."""

    __tablename__ = "form_versions"
    form: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Code] = mapped_column(primary_key=True)
    title: Mapped[Json]
    """{"zh": …, "en": …}"""
    xform: Mapped[Json]
    definition: Mapped[Json]
    sha256: Mapped[Sha]
    """Of the XForm's bytes."""
    published_at: Mapped[Moment]
    published_by: Mapped[Id | None]


class FormRetired(Base):
    """A form that no new visit begins with; what phones have of it is still taken."""

    __tablename__ = "form_retired"
    form: Mapped[Code] = mapped_column(primary_key=True)
    retired_at: Mapped[Moment]
    retired_by: Mapped[Id | None]


class FormDraft(Base):
    """The one draft of a form: replaced at each upload, seen by its testers only."""

    __tablename__ = "form_drafts"
    form: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Code]
    title: Mapped[Json]
    xform: Mapped[Json]
    definition: Mapped[Json]
    sha256: Mapped[Sha]
    remarks: Mapped[Json]
    """[forms.remark.Remark]"""
    testers: Mapped[Json] = mapped_column(default="[]")
    """[user id]: to whom it is served beside those who author forms."""
    filename: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text, deferred=True)
    """The uploaded file, base64: backups hold rows as text."""
    uploaded_at: Mapped[Moment]
    uploaded_by: Mapped[Id | None]


class FormSource(Base):
    """The file that a version was published from, to go on working with."""

    __tablename__ = "form_sources"
    form: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Code] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, deferred=True)
    """base64"""


class FormFile(Base):
    """One version of a choice list or attachment that forms name; its bytes never change."""

    __tablename__ = "form_files"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[Sha]
    size: Mapped[int]
    mime: Mapped[Code]
    body: Mapped[str] = mapped_column(Text, deferred=True)
    """base64"""
    uploaded_at: Mapped[Moment]
    uploaded_by: Mapped[Id | None]
