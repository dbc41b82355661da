"""The EXIF vault: facts of a stored photo, read once and kept apart from served copies."""

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media.inspect import Facts, Look, look
from media.prints import Prints, unpacked
from media.storage import Storage
from store import clock
from store.db import upsert
from store.media import PhotoFacts, PhotoIndex


def read(storage: Storage, sha256: str) -> Look:
    """Look at a stored photo and keep its small copies; raises NotAnImage, NotFound."""
    with storage.open(sha256) as file:
        seen = look(file.read())
    for variant, copy in seen.copies.items():
        storage.put_variant(sha256, variant, copy)
    return seen


def keep(session: Session, sha256: str, seen: Look) -> None:
    """A later reading takes an earlier one's place: it may know more."""
    values = {
        "facts": orjson.dumps(seen.facts.told()).decode(),
        "pixel_sha256": seen.facts.pixel_sha256,
        "fingerprint": seen.prints.waves[0],
        "prints": seen.prints.packed(),
        "camera": seen.facts.camera or None,
        "quantisation": seen.facts.quantisation,
        "inspected_at": clock.now(),
    }
    statement = upsert(session, PhotoFacts).values(sha256=sha256, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["sha256"], set_=values))
    index = upsert(session, PhotoIndex).values(sha256=sha256, codes=seen.prints.codes)
    session.execute(index.on_conflict_do_nothing())


def tables_of(session: Session, camera: str) -> dict[str, int]:
    """{quantisation tables: how many photos of this camera model have them}, of some 500."""
    some = (
        select(PhotoFacts.quantisation)
        .where(PhotoFacts.camera == camera, PhotoFacts.quantisation.is_not(None))
        .limit(500)
        .subquery()
    )
    query = select(some.c.quantisation, func.count()).group_by(some.c.quantisation)
    return {tables: count for tables, count in session.execute(query)}


def prints_of(session: Session, hashes: list[str]) -> dict[str, Prints]:
    """{hash: fingerprints} of the photos that were read since these are kept."""
    query = select(PhotoFacts.sha256, PhotoFacts.prints).where(
        PhotoFacts.sha256.in_(hashes), PhotoFacts.prints.is_not(None)
    )
    return {sha: unpacked(kept) for sha, kept in session.execute(query) if kept}


def known(session: Session, hashes: list[str]) -> dict[str, Facts]:
    query = select(PhotoFacts.sha256, PhotoFacts.facts).where(PhotoFacts.sha256.in_(hashes))
    return {sha: Facts(**orjson.loads(text)) for sha, text in session.execute(query)}
