"""The EXIF vault: facts of a stored photo, read once and kept apart from served copies."""

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from media.derive import copies
from media.inspect import Facts, inspect
from media.storage import Storage
from store import clock
from store.db import upsert
from store.media import PhotoFacts


def read(storage: Storage, sha256: str) -> Facts:
    """Look at a stored photo and make its small copies; raises NotAnImage, NotFound."""
    with storage.open(sha256) as file:
        data = file.read()
    facts = inspect(data)
    for variant, copy in copies(data).items():
        storage.put_variant(sha256, variant, copy)
    return facts


def keep(session: Session, sha256: str, facts: Facts) -> None:
    """Once is enough: a second reading of the same bytes says the same."""
    session.execute(
        upsert(session, PhotoFacts)
        .values(
            sha256=sha256,
            facts=orjson.dumps(facts.told()).decode(),
            pixel_sha256=facts.pixel_sha256,
            fingerprint=bytes.fromhex(facts.fingerprint),
            inspected_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )


def known(session: Session, hashes: list[str]) -> dict[str, Facts]:
    query = select(PhotoFacts.sha256, PhotoFacts.facts).where(PhotoFacts.sha256.in_(hashes))
    return {sha: Facts(**orjson.loads(text)) for sha, text in session.execute(query)}
