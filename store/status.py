"""What the server says of a submission and of a household's last visit: records of their own.

They never raise the submission's version, so a phone's base stays good. Callers hold the
submission's row (`lock`), and call `refresh` last: it takes the feed counter.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import clock, conflicts, digest, feed, ids, verdicts
from store.accounts import User
from store.bulk import parts, put_all
from store.findings import Finding
from store.media import Attachment, Blob
from store.records import Record, RecordType, VisitState, is_a
from store.reviews import Review

AWAY = frozenset({"nobody_home"})
"""Outcomes of a form that mean that nobody was met."""

OFFICE_ONLY = "S"
"""Level of rules that are the office's to look at: an income below a line is no fault to mend."""


def status_id(submission: str) -> str:
    return ids.derived("status", submission)


def summary_id(unit: str) -> str:
    return ids.derived("summary", unit)


def lock(session: Session, recs: Iterable[str]) -> list[Record]:
    """Hold the rows of these records, in id order, so that two writers never cross."""
    query = select(Record).where(Record.id.in_(sorted(set(recs)))).order_by(Record.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def hold(session: Session, recs: Collection[str]) -> dict[str, int]:
    """The same for who needs no more of them: {record: its version}"""
    query = select(Record.id, Record.version).order_by(Record.id).with_for_update()
    lots = (session.execute(query.where(Record.id.in_(part))) for part in parts(recs))
    return {rec: version for held in lots for rec, version in held}


def photo_counts(session: Session, recs: Sequence[str]) -> dict[str, tuple[int, int]]:
    """{submission: (photos stored, photos expected)}; a submission without photos is (0, 0)."""
    query = (
        select(Attachment.rec, Blob.state)
        .join(Blob, Blob.sha256 == Attachment.sha256)
        .where(Attachment.rec.in_(recs), Attachment.current)
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rec, state in session.execute(query):
        counts[rec][0] += state == "stored"
        counts[rec][1] += 1
    return {rec: (counts[rec][0], counts[rec][1]) if rec in counts else (0, 0) for rec in recs}


def set_state(session: Session, submission: str, state: VisitState) -> None:
    session.execute(update(Record).where(Record.id == submission).values(state=state.value))


def refresh(session: Session, recs: Iterable[str]) -> None:
    """Write the status of these submissions and the summary of their households anew."""
    chosen = sorted(set(recs))
    session.flush()
    query = select(Record).where(Record.id.in_(chosen)).order_by(Record.id)
    submissions = list(session.scalars(query.execution_options(populate_existing=True)))
    rows = _statuses(session, submissions) + _summaries(session, {s.unit for s in submissions})
    _write(session, rows)


def _statuses(session: Session, submissions: Sequence[Record]) -> list[dict[str, Any]]:
    recs = [s.id for s in submissions]
    photos = photo_counts(session, recs)
    reviews = _last_reviews(session, recs)
    findings = _open_findings(session, recs)
    disputed = conflicts.told(session, recs, {s.unit for s in submissions})
    docs = [_status_doc(s, photos, reviews, findings) for s in submissions]
    for doc in docs:
        if doc["submission"] in disputed:
            doc["conflicts"] = disputed[doc["submission"]]
    return [
        _row(s, RecordType.STATUS, status_id(s.id), doc)
        for s, doc in zip(submissions, docs, strict=True)
    ]


def _status_doc(
    submission: Record,
    photos: dict[str, tuple[int, int]],
    reviews: dict[str, tuple[Review, str]],
    findings: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    have, expected = photos[submission.id]
    doc: dict[str, Any] = {
        "submission": submission.id,
        "state": submission.state,
        "v": submission.version,
        "photos": {"have": have, "expected": expected},
        "findings": findings.get(submission.id, []),
        "comments": {},
        "at": submission.received_at,
    }
    if submission.id in reviews and submission.state != VisitState.RECEIVED.value:
        review, name = reviews[submission.id]
        doc |= {"reason": review.reason, "comments": orjson.loads(review.comments)}
        doc |= {"by": name, "at": review.at}
    return doc


def _last_reviews(session: Session, recs: Sequence[str]) -> dict[str, tuple[Review, str]]:
    query = (
        select(Review, User.name)
        .join(User, User.id == Review.by)
        .where(Review.rec.in_(recs))
        .order_by(Review.at, Review.id)
    )
    return {review.rec: (review, name) for review, name in session.execute(query)}


def _open_findings(session: Session, recs: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    query = (
        select(Finding)
        .where(Finding.rec.in_(recs), Finding.state == "open")
        .order_by(Finding.rule, Finding.path)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    answered = verdicts.answered(session, recs)
    for row in session.scalars(query):
        if orjson.loads(row.numbers).get("level") == OFFICE_ONLY:
            continue
        text = {"zh": row.text_zh, "en": row.text_en}
        told = {"rule": row.rule, "path": row.path, "text": text}
        heard = {"answered": True} if (row.rec, row.rule, row.path) in answered else {}
        found[row.rec].append(told | heard)
    return found


def _summaries(session: Session, units: Iterable[str]) -> list[dict[str, Any]]:
    query = (
        select(Record, User.name)
        .outerjoin(User, User.id == Record.author)
        .where(is_a(RecordType.SUBMISSION), Record.unit.in_(sorted(units)))
        .where(Record.state.is_not(None), Record.deleted.is_(False))
        .order_by(Record.received_at, Record.id)
    )
    last = {record.unit: (record, name) for record, name in session.execute(query)}
    return [
        _row(record, RecordType.SUMMARY, summary_id(unit), _summary_doc(record, name))
        for unit, (record, name) in sorted(last.items())
    ]


def _summary_doc(record: Record, name: str | None) -> dict[str, Any]:
    away = record.outcome in AWAY and record.state == VisitState.RECEIVED.value
    return {
        "household": record.unit,
        "submission": record.id,
        "state": "away" if away else record.state,
        "outcome": record.outcome,
        "at": record.captured_at,
        "by": name,
        "form": record.form,
    }


def _row(of: Record, kind: RecordType, ident: str, doc: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": ident,
        "type": kind.value,
        "unit": of.unit,
        "area": of.area,
        "doc": orjson.dumps(doc).decode(),
        "author": of.author,
        "state": doc["state"],
        "handed": kind is RecordType.STATUS and of.handed,
        "captured_at": of.captured_at,
        "received_at": clock.now(),
    }


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert or replace; a row whose document is the same keeps its place in the feed."""
    query = select(
        Record.id,
        Record.doc,
        Record.area,
        Record.type,
        Record.author,
        Record.handed,
        Record.version,
    ).where(Record.id.in_([r["id"] for r in rows]))
    known = {row.id: row for row in session.execute(query)}
    changed = [r for r in rows if _differs(known.get(r["id"]), r)]
    if not changed:
        return
    first = feed.take(session, len(changed))
    for offset, row in enumerate(changed):
        row |= {"seq": first + offset, "version": 1, "fver": "{}", "sealed": "{}", "deleted": False}
    put_all(session, Record, changed, _moved)
    _sum_up(session, known, changed)


def _moved(statement: Any) -> Any:
    """A status that was there takes its new place in the feed, as a version of its own."""
    names = ("seq", "unit", "area", "doc", "author", "state", "handed", "captured_at")
    new = {name: statement.excluded[name] for name in (*names, "received_at")}
    new["version"] = Record.__table__.c.version + 1
    return statement.on_conflict_do_update(index_elements=["id"], set_=new)


def _differs(known: Any, row: dict[str, Any]) -> bool:
    return known is None or (known.doc, known.area, known.handed) != (
        row["doc"],
        row["area"],
        row["handed"],
    )


def _sum_up(session: Session, known: dict[str, Any], changed: list[dict[str, Any]]) -> None:
    """Their digests, as they were and as they are."""
    tally = digest.Tally()
    for row in changed:
        before = known.get(row["id"])
        if before is not None:
            part = digest.part_of(before.type, row["unit"], before.author, before.handed)
            tally.add(part, before.id, before.version, -1)
        version = before.version + 1 if before is not None else 1
        part = digest.part_of(row["type"], row["unit"], row["author"], row["handed"])
        tally.add(part, row["id"], version)
    tally.write(session)
