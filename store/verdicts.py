"""What people say of findings: the cadre's answer, a reviewer's verdict, and rules gone silent.

A finding's matter is (visit, rule, place): it stays the same when the visit is mended and the
rule finds it again. No table here counts anything per person.
"""

from collections.abc import Collection

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.bulk import parts
from store.db import Base
from store.types import Code, Id, Moment, Sha

Matter = tuple[str, str, str]
"""(visit, rule, flat path)"""


class FindingReply(Base):
    """The cadre's answer to a finding, sent by the phone or written in the console."""

    __tablename__ = "finding_replies"
    id: Mapped[Id] = mapped_column(primary_key=True)
    """The submission that carried it, where a phone sent it."""
    rec: Mapped[Id]
    rule: Mapped[Code]
    path: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[str]
    photo: Mapped[Sha | None]
    """The attachment's hash; its bytes may still be on the way."""
    by: Mapped[Id]
    at: Mapped[Moment]
    __table_args__ = (Index("ix_finding_replies_rec", "rec"),)


class Verdict(Base):
    """A reviewer's word on one matter: the rule was right to ask, or there was nothing."""

    __tablename__ = "finding_verdicts"
    rec: Mapped[Id] = mapped_column(primary_key=True)
    rule: Mapped[Code] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    rule_version: Mapped[Code]
    verdict: Mapped[Code]
    """hit (the rule was right to ask) | miss (there was nothing)"""
    words: Mapped[str]
    by: Mapped[Id]
    """For the audit only; nothing is reckoned by it but the day's own number of findings."""
    at: Mapped[Moment]
    __table_args__ = (
        Index("ix_finding_verdicts_rule", "rule", "at"),
        Index("ix_finding_verdicts_by", "by", "at"),
    )


class RuleMute(Base):
    """That a rule fell silent by its verdicts; an administrator may let it speak again."""

    __tablename__ = "rule_mutes"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[Code]
    hits: Mapped[int]
    misses: Mapped[int]
    upper: Mapped[float]
    """Upper 90 % bound of its precision at that moment."""
    muted_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[Id | None]
    __table_args__ = (Index("ix_rule_mutes_rule", "rule", "ended_at"),)


def muted(session: Session) -> dict[str, RuleMute]:
    """{rule: why it is silent now}"""
    query = select(RuleMute).where(RuleMute.ended_at.is_(None)).order_by(RuleMute.id)
    return {row.rule: row for row in session.scalars(query)}


def answered(session: Session, recs: Collection[str]) -> dict[Matter, FindingReply]:
    """{matter: the latest answer to it} of these visits."""
    query = select(FindingReply).order_by(FindingReply.at, FindingReply.id)
    lots = (session.scalars(query.where(FindingReply.rec.in_(part))) for part in parts(recs))
    return {(row.rec, row.rule, row.path): row for rows in lots for row in rows}


def given(session: Session, recs: Collection[str]) -> dict[Matter, Verdict]:
    """{matter: the verdict on it} of these visits."""
    lots = (session.scalars(select(Verdict).where(Verdict.rec.in_(part))) for part in parts(recs))
    return {(row.rec, row.rule, row.path): row for rows in lots for row in rows}
