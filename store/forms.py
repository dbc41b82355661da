"""Published forms: immutable versions."""

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
