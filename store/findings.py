"""What verification made of a submission; beside it, never inside it."""

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.db import Base
from store.errors import NotFound
from store.types import Code, Id, Json, Moment


class Evaluation(Base):
    """The server's own reading of one record version: calculated values and faults."""

    __tablename__ = "evaluations"
    rec: Mapped[Id] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    results: Mapped[Json]
    """{"values": {flat path: value}, "faults": […], "irrelevant": […]}"""
    evaluated_at: Mapped[Moment]


class Finding(Base):
    """Something to be checked (待核实): rule, score, numbers, a sentence in both languages."""

    __tablename__ = "findings"
    id: Mapped[Id] = mapped_column(primary_key=True)
    rec: Mapped[Id]
    rec_version: Mapped[int]
    check: Mapped[Code]
    """The family that wrote it: evaluate | place | time | photos."""
    rule: Mapped[Code]
    """D01, D03, D07, D08, R-18, answer.required …"""
    path: Mapped[str] = mapped_column(String(300), default="")
    rule_version: Mapped[Code] = mapped_column(default="1", server_default="1")
    """Which wording and formula of the rule found it; see `verify.catalogue`."""
    score: Mapped[float]
    numbers: Mapped[Json]
    tried: Mapped[Json] = mapped_column(default="[]", server_default="[]")
    """Innocent explanations that were looked for first and did not hold: clock | datum | …"""
    text_zh: Mapped[str]
    text_en: Mapped[str]
    state: Mapped[Code] = mapped_column(default="open")
    """open | gone (a later version of the record no longer has it)"""
    made_at: Mapped[Moment]
    __table_args__ = (
        UniqueConstraint(
            "rec", "rec_version", "check", "rule", "path", name="uq_findings_rec_version_rule_path"
        ),
        Index("ix_findings_rec_state", "rec", "state"),
    )


def find_open(session: Session, ident: str) -> Finding:
    """Raises NotFound, also for what a later version of the record no longer has."""
    row = session.get(Finding, ident)
    if row is None or row.state != "open":
        raise NotFound("there is no such finding, or it is gone by now")
    return row


class CheckRun(Base):
    """That a family of checks has run on an input: the same input is not judged twice."""

    __tablename__ = "check_runs"
    rec: Mapped[Id] = mapped_column(primary_key=True)
    rec_version: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[Code] = mapped_column(primary_key=True)
    ran_at: Mapped[Moment]
    notes: Mapped[Json] = mapped_column(default="[]")
    """Checks that did not run and why: no approved anchor, no EXIF time …"""
