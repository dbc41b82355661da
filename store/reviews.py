"""What people decided about a submission."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from store.db import Base
from store.types import Code, Id, Json, Moment


class Review(Base):
    """One decision of a supervisor on one version of a submission."""

    __tablename__ = "reviews"
    id: Mapped[Id] = mapped_column(primary_key=True)
    rec: Mapped[Id]
    rec_version: Mapped[int]
    action: Mapped[Code]
    """approve | return"""
    reason: Mapped[str]
    comments: Mapped[Json]
    """{flat path: sentence for the cadre}"""
    by: Mapped[Id]
    at: Mapped[Moment]
    __table_args__ = (Index("ix_reviews_rec", "rec", "at"),)
