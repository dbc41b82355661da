"""Who did what that deserves to be remembered: append only."""

import orjson
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from store import clock
from store.db import Base
from store.types import Code, Id, Json, Moment


class AuditEntry(Base):
    """One remembered act; `detail` never holds a P1 value."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    who: Mapped[Id | None]
    act: Mapped[Code]
    subject: Mapped[Code]
    detail: Mapped[Json]
    __table_args__ = (Index("ix_audit_subject", "subject", "at"), Index("ix_audit_at", "at"))


def write(session: Session, who: str | None, act: str, subject: str, **detail: object) -> None:
    session.add(
        AuditEntry(
            at=clock.now(), who=who, act=act, subject=subject, detail=orjson.dumps(detail).decode()
        )
    )
