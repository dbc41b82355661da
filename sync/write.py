"""Writing what was decided: one batch of rows per table, the feed counter last."""

from collections.abc import Iterable, Sequence
from typing import Any

from forms.definition import QuestionType
from media import attach
from store import feed, outbox, seal, status
from store.records import RecordType
from store.units import Assignment, UnitPlace
from sync import write_answers, write_history, write_records
from sync.answer import Outcome
from sync.bench import Bench
from sync.decision import Decision, Touched
from sync.scope import OWN
from sync.state import RecordState

DATASETS = frozenset({RecordType.HOUSEHOLD.value, RecordType.MEMBER.value})


def write(bench: Bench, decisions: Sequence[Decision]) -> None:
    """Everything these decisions mean, in the caller's transaction."""
    done = [d for d in decisions if d.answer.outcome not in (Outcome.HELD, Outcome.QUARANTINED)]
    changed = _changed(done)
    complete = _attachments(bench, done)
    first = feed.take(bench.session, max(1, len(changed)))
    seqs = {state.id: first + i for i, state in enumerate(changed)}
    last = first + max(0, len(changed) - 1)
    write_records.write(bench, done, changed, seqs)
    write_history.revisions(bench, done, seqs, last)
    write_history.conflicts(bench, done, last)
    _indexes(bench, done)
    _places(bench, done, last)
    write_answers.parked(bench, decisions)
    write_answers.results(bench, decisions, last)
    _afterwards(bench, done, complete)


def _changed(done: Iterable[Decision]) -> list[RecordState]:
    states = {t.state.id: t.state for d in done for t in d.touched if t.state.changed}
    return [states[ident] for ident in sorted(states)]


def _indexes(bench: Bench, done: Sequence[Decision]) -> None:
    """Keyed indexes of the register's P1 values, for finding the same person twice."""
    rows: dict[tuple[str, str], str] = {}
    for touched in (t for d in done for t in d.touched if t.state.type in DATASETS):
        for path, value in touched.merged.applied.items():
            if not touched.rules[path].sealed:
                continue
            if value in (None, ""):
                seal.forget(bench.session, touched.state.id, path)
            else:
                rows[(touched.state.id, path)] = bench.keys.index(path, value)
    seal.remember(bench.session, [(rec, path, digest) for (rec, path), digest in rows.items()])


def _places(bench: Bench, done: Sequence[Decision], last: int) -> None:
    """Households found at the door get their place, and their finder keeps them in sight."""
    found = {d.new_unit[0]: d.new_unit for d in done if d.new_unit}
    for unit, area, path in found.values():
        bench.session.add(UnitPlace(unit=unit, area=area, area_path=path, started_seq=last))
        if bench.who.has(OWN) and not bench.who.office:
            bench.session.add(
                Assignment(
                    user_id=bench.who.user,
                    unit=unit,
                    started_seq=last,
                    started_at=bench.now,
                    reason="found at the door",
                )
            )


def _attachments(bench: Bench, done: Sequence[Decision]) -> dict[str, int]:
    """Tell media which files records now name: {submission: photos still missing}."""
    named: dict[str, tuple[int, dict[str, Any]]] = {}
    for touched in _submissions(done):
        files = {
            path: value
            for path, value in touched.merged.applied.items()
            if touched.rules[path].type is QuestionType.IMAGE
        }
        before = named.get(touched.state.id, (0, {}))[1]
        named[touched.state.id] = (touched.state.version, before | files)
    return attach.expect(bench.session, named)


def _submissions(done: Sequence[Decision]) -> list[Touched]:
    return [
        t
        for d in done
        for t in d.touched
        if t.state.type == RecordType.SUBMISSION.value and t.merged.changed
    ]


def _disputing(done: Sequence[Decision]) -> set[str]:
    """Submissions with a value that waits: their phones hear of it though nothing else moved."""
    return {
        d.op.rec
        for d in done
        if d.op.type == RecordType.SUBMISSION.value and any(t.merged.clashes for t in d.touched)
    }


def _afterwards(bench: Bench, done: Sequence[Decision], missing: dict[str, int]) -> None:
    versions = {t.state.id: t.state.version for t in _submissions(done)}
    asks = [(outbox.Kind.VISIT_ACCEPTED, rec, v) for rec, v in versions.items()]
    asks += [
        (outbox.Kind.VISIT_COMPLETE, rec, v) for rec, v in versions.items() if not missing.get(rec)
    ]
    outbox.put_all(bench.session, asks, lane=bench.who.lane)
    status.refresh(bench.session, {*versions, *_disputing(done)})
