"""What the families of checks found, kept in the caller's writing transaction.

Idempotent by (submission, version, family): a second run of the same input writes nothing.
"""

from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from forms.evaluate import Evaluation
from store import clock, ids, status, verdicts
from store.bulk import add_all
from store.db import upsert
from store.findings import CheckRun, Finding
from store.findings import Evaluation as EvaluationRow
from store.units import Anchor
from verify import reading
from verify.catalogue import version_of
from verify.finding import Found
from verify.pipeline import Result

Runs = set[tuple[str, str]]
"""(submission, family)"""
Case = tuple[str, int, str, Sequence[Found]]
"""(submission, version, family, what it found)"""
PLACE = ("rec", "rec_version", "check", "rule", "path")
"""One row for each. What a family says at one of them again, perhaps with other figures, keeps its
id and the moment from which the cadre's time to answer runs."""


def write(session: Session, results: Sequence[Result]) -> set[str]:
    """Keep what was judged; the submissions of which some family had not run on this version.

    Few statements for all of them together. A submission that has moved on is left out.
    """
    held = status.hold(session, [result.visit.id for result in results])
    current = [result for result in results if held.get(result.visit.id) == result.visit.version]
    if not current:
        return set()
    fresh = _first_runs(session, current)
    cases = [
        (result.visit.id, result.visit.version, family, judgement.found)
        for result in current
        for family, judgement in sorted(result.judgements.items())
        if (result.visit.id, family) in fresh
    ]
    changed = _retire(session, fresh) | findings(session, cases)
    _keep_evaluations(session, [r for r in current if (r.visit.id, "answers") in fresh])
    _propose(session, [r for r in current if (r.visit.id, "place") in fresh])
    if changed:
        status.refresh(session, changed)
    return {rec for rec, _ in fresh}


def _first_runs(session: Session, results: Sequence[Result]) -> Runs:
    """The families that had not judged these versions yet; noted as having done so now."""
    now = clock.now()
    rows = [
        {
            "rec": result.visit.id,
            "rec_version": result.visit.version,
            "check": family,
            "ran_at": now,
            "notes": orjson.dumps(
                [{"rule": n.rule, "zh": n.zh, "en": n.en} for n in judgement.notes]
            ).decode(),
        }
        for result in results
        for family, judgement in result.judgements.items()
    ]
    statement = upsert(session, CheckRun).on_conflict_do_nothing()
    noted = session.execute(statement.returning(CheckRun.rec, CheckRun.check), rows)
    return {(rec, family) for rec, family in noted}


def _retire(session: Session, fresh: Runs) -> set[str]:
    """Findings of older versions are gone unless this one finds them again; whose they were."""
    query = select(Finding.id, Finding.rec, Finding.check)
    query = query.where(Finding.rec.in_({rec for rec, _ in fresh}), Finding.state == "open")
    old = [row for row in session.execute(query) if (row.rec, row.check) in fresh]
    if old:
        session.execute(
            update(Finding)
            .where(Finding.id.in_(sorted(row.id for row in old)))
            .values(state="gone")
            .execution_options(synchronize_session=False)
        )
    return {row.rec for row in old}


def findings(session: Session, cases: Iterable[Case]) -> set[str]:
    """Keep what was found, open; the submissions it was found in.

    What a silent rule finds is not kept (see `verify.verdicts`).
    """
    now, silent = clock.now(), verdicts.muted(session)
    rows = [
        {
            "id": ids.derived("finding", rec, str(version), family, item.rule, item.path),
            "rec": rec,
            "rec_version": version,
            "check": family,
            "rule": item.rule,
            "path": item.path,
            "rule_version": version_of(item.rule),
            "score": item.score,
            "numbers": orjson.dumps(dict(item.numbers), default=str).decode(),
            "tried": orjson.dumps(list(item.tried)).decode(),
            "text_zh": item.zh,
            "text_en": item.en,
            "state": "open",
            "made_at": now,
        }
        for rec, version, family, found in cases
        for item in found
        if item.rule not in silent
    ]
    if rows:
        statement = upsert(session, Finding)
        again = {n: statement.excluded[n] for n in rows[0] if n not in (*PLACE, "id", "made_at")}
        session.execute(statement.on_conflict_do_update(index_elements=PLACE, set_=again), rows)
    return {str(row["rec"]) for row in rows}


def _keep_evaluations(session: Session, results: Sequence[Result]) -> None:
    now = clock.now()
    rows = [
        {
            "rec": result.visit.id,
            "version": result.visit.version,
            "results": _told(result.evaluation),
            "evaluated_at": now,
        }
        for result in results
        if result.evaluation is not None
    ]
    if rows:
        older = EvaluationRow.rec.in_([row["rec"] for row in rows])
        session.execute(delete(EvaluationRow).where(older))
        add_all(session, EvaluationRow, rows)


def _told(evaluation: Evaluation) -> str:
    results = {
        "values": dict(evaluation.values),
        "irrelevant": sorted(evaluation.irrelevant),
        "faults": [
            {"path": f.path, "rule": f.rule, "zh": f.zh, "en": f.en} for f in evaluation.faults
        ],
    }
    return orjson.dumps(results, default=str).decode()


def _propose(session: Session, results: Sequence[Result]) -> None:
    """A position for each household that has none; the first visit's, where there are several."""
    found = {r.visit.unit: r for r in reversed(results) if r.proposal is not None}
    known = reading.anchors(session, found) if found else {}
    now = clock.now()
    rows = [
        {
            "id": ids.new(),
            "unit": unit,
            "lat": result.proposal.lat,
            "lon": result.proposal.lon,
            "acc": result.proposal.acc,
            "scattered": False,
            "state": "proposed",
            "source": "visit",
            "submission": result.visit.id,
            "proposed_at": now,
        }
        for unit, result in sorted(found.items())
        if unit not in known and result.proposal is not None
    ]
    if rows:
        add_all(session, Anchor, rows)
