"""What one phone may have under way: a faulty one fills no disk, and stops nobody else."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.errors import Refusal
from store.media import Upload

MAX_OPEN = 300
MAX_OPEN_BYTES = 1 << 30
"""Uploads that one phone may have begun and not ended, and what they may come to in bytes: a round
of fifty households has fewer."""


class TooManyUploads(Refusal):
    """This phone has begun too much: end something first, or send what was begun."""

    code = "too_many_uploads"


def afford(session: Session, device: str, ident: str, length: int, now: str) -> None:
    """Whether the phone may begin this upload beside its others; raises TooManyUploads."""
    others = select(func.count(), func.coalesce(func.sum(Upload.length), 0)).where(
        Upload.device == device,
        Upload.offset < Upload.length,
        Upload.expires_at >= now,
        Upload.id != ident,
    )
    begun, size = session.execute(others).one()
    if begun >= MAX_OPEN or size + length > MAX_OPEN_BYTES:
        raise TooManyUploads(
            f"{begun} uploads are under way from this phone; send them first", limit=str(MAX_OPEN)
        )
