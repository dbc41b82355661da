"""What the office's pages have in common, for tests."""

import re
from html import unescape

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store.audit import AuditEntry

OFFICE = (
    "/office",
    "/devices",
    "/devices/health",
    "/hours",
    "/staff",
    "/hours",
    "/forms",
    "/forms/household_visit/2026.3",
    "/checks",
    "/jobs",
    "/nights",
    "/conflicts",
    "/quarantine",
    "/backchecks",
    "/audit",
)
HTML = {"Accept": "text/html"}


def words(page: str) -> str:
    """A page's text without its tags, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(page: str) -> list[str]:
    """The text of every table row, heads left out."""
    return [words(row) for row in re.findall(r"<tr(?: id=[^>]*)?>(.*?)</tr>", page, re.S)][1:]


def acts(sessions: sessionmaker[Session], act: str) -> list[AuditEntry]:
    """What was remembered of this sort of act."""
    with sessions() as session:
        query = select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)
        return list(session.scalars(query))
