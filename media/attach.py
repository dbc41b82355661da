"""Which files records name, and who empties a record's count of missing ones.

Push and upload both lock the blob rows, so exactly one of them sees the last photo arrive and
writes `visit.complete`.
"""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import clock, feed, outbox, status
from store.bulk import keep_first, put_all
from store.db import upsert
from store.media import Attachment, Blob
from store.records import Record
from store.units import lane_of

Named = Mapping[str, tuple[int, Mapping[str, Any]]]
"""{submission: (version, {flat path: value of an image question, or None})}"""


def expect(session: Session, named: Named) -> dict[str, int]:
    """Note what records name now; {submission: photos still missing}. The records are locked."""
    rows = [
        _attachment(rec, version, path, value)
        for rec, (version, files) in named.items()
        for path, value in files.items()
        if _is_file(value)
    ]
    _retire(session, named)
    _blobs(session, rows)
    if rows:
        put_all(session, Attachment, rows, _current_again)
    return {rec: expected - have for rec, (have, expected) in _counts(session, named).items()}


def _current_again(statement: Any) -> Any:
    keys = ["rec", "path", "sha256"]
    return statement.on_conflict_do_update(index_elements=keys, set_={"current": True})


def _is_file(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("sha256"), str)
        and len(value["sha256"]) == 64
        and all(c in "0123456789abcdef" for c in value["sha256"])
    )


def _attachment(rec: str, version: int, path: str, value: Mapping[str, Any]) -> dict[str, Any]:
    size = value.get("size")
    taken = value.get("taken_at")
    return {
        "rec": rec,
        "path": path,
        "sha256": value["sha256"],
        "version": version,
        "role": _plain(value.get("role") or path)[:64],
        "mime": _plain(value.get("mime") or "image/jpeg")[:64],
        "size": size if isinstance(size, int) and not isinstance(size, bool) else 0,
        "taken_at": _plain(taken)[:40] if isinstance(taken, str) else None,
        "gps": orjson.dumps(value.get("gps")).decode(),
        "current": True,
    }


def _plain(value: Any) -> str:
    """PostgreSQL keeps no NUL in a text."""
    return str(value).replace("\x00", "")


def _retire(session: Session, named: Named) -> None:
    known = set(session.scalars(select(Attachment.rec).where(Attachment.rec.in_(list(named)))))
    for rec, (_, files) in named.items():
        if files and rec in known:
            session.execute(
                update(Attachment)
                .where(Attachment.rec == rec, Attachment.path.in_(list(files)))
                .values(current=False)
                .execution_options(synchronize_session=False)
            )


def _blobs(session: Session, rows: list[dict[str, Any]]) -> None:
    """Make sure that the blob rows stand, and hold them, in hash order."""
    wanted = {row["sha256"]: row for row in rows}
    if not wanted:
        return
    fresh = [
        {"sha256": sha, "state": "expected", "size": row["size"], "mime": row["mime"]}
        for sha, row in sorted(wanted.items())
    ]
    put_all(session, Blob, fresh, keep_first)
    hold = select(Blob.sha256).where(Blob.sha256.in_(wanted)).order_by(Blob.sha256)
    session.execute(hold.with_for_update()).all()


def _counts(session: Session, recs: Collection[str]) -> dict[str, tuple[int, int]]:
    return status.photo_counts(session, list(recs)) if recs else {}


def stored(session: Session, sha256: str, size: int, mime: str) -> list[str]:
    """A file is whole and kept: say so, and answer which submissions are complete by it.

    Call in a writing transaction, after the bytes are durable. A second call changes nothing.
    """
    recs = _naming(session, sha256)
    held = {row.id: row for row in status.lock(session, recs)}
    session.execute(
        upsert(session, Blob)
        .values(sha256=sha256, state="expected", size=size, mime=mime)
        .on_conflict_do_nothing()
    )
    blob = session.execute(select(Blob).where(Blob.sha256 == sha256).with_for_update()).scalar_one()
    if blob.state == "stored":
        return []
    blob.state, blob.size, blob.mime, blob.stored_at = "stored", size, mime, clock.now()
    session.flush()
    recs = _naming(session, sha256)
    held |= {r.id: r for r in status.lock(session, set(recs) - held.keys())} if recs else {}
    complete = [rec for rec, (have, all_) in _counts(session, recs).items() if have == all_]
    asks: list[tuple[outbox.Kind, str, int | str]] = [(outbox.Kind.PHOTO_STORED, sha256, 1)]
    asks += [(outbox.Kind.VISIT_COMPLETE, rec, held[rec].version) for rec in complete]
    outbox.put_all(session, asks, lane=lane_of(session, recs))
    if recs:
        status.refresh(session, recs)
    else:
        # A backup made before must not count as holding this file: the head moves all the same.
        feed.take(session)
    return complete


def _naming(session: Session, sha256: str) -> list[str]:
    query = (
        select(Attachment.rec)
        .join(Record, Record.id == Attachment.rec)
        .where(Attachment.sha256 == sha256, Attachment.current)
        .distinct()
    )
    return sorted(session.scalars(query))


def stored_hashes(session: Session, hashes: Collection[str]) -> set[str]:
    """Which of these files are kept whole."""
    query = select(Blob.sha256).where(Blob.sha256.in_(hashes), Blob.state == "stored")
    return set(session.scalars(query))


def size_of(session: Session, sha256: str) -> int:
    """Bytes of a file that has a row."""
    return session.scalars(select(Blob.size).where(Blob.sha256 == sha256)).one()
