"""The families of checks, each in three steps: read, judge (pure), write.

Idempotent by (submission, version, family): a second run of the same input writes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from forms import rules
from forms.definition import FormDefinition
from forms.evaluate import Evaluation, evaluate
from media.inspect import Facts
from store import clock, ids, status
from store.db import upsert
from store.findings import CheckRun, Finding
from store.findings import Evaluation as EvaluationRow
from store.seal import Keyring
from store.units import Anchor
from verify import reading
from verify.checks import answers, moment, photos, place, stages
from verify.finding import Found, Judgement
from verify.geo import Point
from verify.reading import Visit

FAMILIES = ("answers", "place", "clock", "photos", "late")
REMOTE = frozenset({"phone"})
"""Outcomes of a visit that was not made at the house: its fix says nothing about the house."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of families makes of a visit, ready to be written."""

    visit: Visit
    judgements: Mapping[str, Judgement]
    evaluation: Evaluation | None = None
    proposal: Point | None = None
    """A position for a household that has none."""


def on_accepted(session: Session, keys: Keyring, rec: str, version: int, tz: str) -> Result | None:
    """Evaluate the answers, check place and clock. None when the submission has moved on."""
    visit = reading.visit(session, keys, rec, version, tz)
    if visit is None:
        return None
    definition = reading.definition(session, visit.form)
    evaluation = _evaluate(definition, visit) if definition else None
    found = {
        "answers": _check_answers(definition, visit, evaluation),
        "place": _check_place(session, visit),
        "clock": moment.check_clock(visit.offset, _moment_limits(visit.figures)),
    }
    new = visit.outcome not in REMOTE and not reading.has_anchor(session, visit.unit)
    return Result(visit, found, evaluation, visit.fix if new else None)


def _check_place(session: Session, visit: Visit) -> Judgement:
    if visit.outcome in REMOTE:
        return place.remote()
    anchor = reading.anchor(session, visit.unit)
    return place.check(
        visit.fix,
        Point(anchor.lat, anchor.lon, anchor.acc) if anchor else None,
        bool(anchor and anchor.scattered),
        _place_limits(visit.figures),
    )


def _evaluate(definition: FormDefinition, visit: Visit) -> Evaluation:
    return evaluate(
        definition, visit.doc, now=visit.visited_at, sealed=visit.sealed, figures=visit.figures
    )


def _check_answers(
    definition: FormDefinition | None, visit: Visit, evaluation: Evaluation | None
) -> Judgement:
    if definition is None or evaluation is None:
        return Judgement()
    broken = rules.broken(definition, visit.doc, evaluation)
    return answers.check(evaluation.faults, broken, definition)


def on_complete(session: Session, keys: Keyring, rec: str, version: int, tz: str) -> Result | None:
    """Check the photos, which are all in and were read. None when the submission has moved on."""
    visit = reading.visit(session, keys, rec, version, tz)
    if visit is None:
        return None
    attached = [a for a in reading.photos(session, rec) if a.role not in photos.UNSEEN_ROLES]
    looked = [
        photos.Photo(
            path=a.path,
            role=a.role,
            width=a.facts.width,
            height=a.facts.height,
            luma_mean=a.facts.luma_mean,
            luma_sd=a.facts.luma_sd,
            sharpness=a.facts.sharpness,
            elsewhere=reading.elsewhere(session, visit.unit, a),
        )
        for a in attached
        if a.facts is not None
    ]
    taken = [
        moment.Taken(a.path, a.facts.taken_at)
        for a in attached
        if a.facts is not None and a.role not in stages.ROLES
    ]
    unread = [a.path for a in attached if a.facts is None]
    seen = photos.check(looked, _photo_limits(visit.figures), unread)
    timed = moment.check_photos(taken, visit.device_at, tz, _moment_limits(visit.figures))
    paired = stages.check(
        _staged(attached, tz), float(visit.figures.get("staged_photo_m", stages.METRES))
    )
    both = Judgement(seen.found + timed.found + paired.found, seen.notes + timed.notes)
    return Result(visit, {"photos": both, "late": Judgement()})


def _staged(attached: Sequence[reading.Attached], tz: str) -> list[stages.Staged]:
    """Photos of one place at different times, with what they say of themselves."""
    return [
        stages.Staged(
            path=a.path,
            role=a.role,
            at=moment.aware(a.facts.taken_at, tz),
            place=_photo_place(a.facts),
            pixels=a.facts.pixel_sha256,
        )
        for a in attached
        if a.facts is not None and a.role in stages.ROLES
    ]


def _photo_place(facts: Facts) -> Point | None:
    if facts.lat is None or facts.lon is None:
        return None
    return Point(facts.lat, facts.lon, facts.gps_acc or 0.0)


def _place_limits(figures: Mapping[str, Any]) -> place.Limits:
    apart = figures.get("anchor_distance_m") or {}
    default = place.Limits()
    return place.Limits(
        village=float(apart.get("village", default.village)),
        scattered=float(apart.get("scattered", default.scattered)),
        factor=float(figures.get("accuracy_factor", default.factor)),
    )


def _moment_limits(figures: Mapping[str, Any]) -> moment.Limits:
    default = moment.Limits()
    return moment.Limits(
        photo_minutes=float(figures.get("photo_minutes", default.photo_minutes)),
        clock_seconds=float(figures.get("clock_seconds", default.clock_seconds)),
    )


def _photo_limits(figures: Mapping[str, Any]) -> photos.Limits:
    default = photos.Limits()
    return photos.Limits(
        dark=float(figures.get("photo_dark_luma", default.dark)),
        bright=float(figures.get("photo_bright_luma", default.bright)),
        flat=float(figures.get("photo_flat_sd", default.flat)),
        blur=float(figures.get("photo_blur_variance", default.blur)),
        side=int(figures.get("photo_min_side", default.side)),
    )


def write(session: Session, result: Result) -> bool:
    """Keep a result in the caller's writing transaction; False where it was kept before."""
    visit = result.visit
    [row] = status.lock(session, [visit.id])
    if row.version != visit.version:
        return False
    fresh = _first_runs(session, result)
    for family in fresh:
        _retire(session, visit.id, family)
        keep(session, visit.id, visit.version, family, result.judgements[family].found)
    if result.evaluation is not None and "answers" in fresh:
        _keep_evaluation(session, visit, result.evaluation)
    if result.proposal is not None and "place" in fresh:
        _propose(session, visit, result.proposal)
    if fresh:
        status.refresh(session, [visit.id])
    return bool(fresh)


def _first_runs(session: Session, result: Result) -> list[str]:
    """The families that had not judged this version yet; noted as having done so now."""
    visit = result.visit
    rows = [
        {
            "rec": visit.id,
            "rec_version": visit.version,
            "check": family,
            "ran_at": clock.now(),
            "notes": orjson.dumps(
                [{"rule": n.rule, "zh": n.zh, "en": n.en} for n in judgement.notes]
            ).decode(),
        }
        for family, judgement in result.judgements.items()
    ]
    statement = upsert(session, CheckRun).on_conflict_do_nothing().returning(CheckRun.check)
    return sorted(session.scalars(statement, rows))


def _retire(session: Session, rec: str, family: str) -> None:
    """Findings of older versions are gone unless this one finds them again."""
    session.execute(
        update(Finding)
        .where(Finding.rec == rec, Finding.check == family, Finding.state == "open")
        .values(state="gone")
        .execution_options(synchronize_session=False)
    )


def keep(session: Session, rec: str, version: int, family: str, found: Sequence[Found]) -> None:
    for item in found:
        ident = ids.derived("finding", rec, str(version), item.rule, item.path)
        session.merge(
            Finding(
                id=ident,
                rec=rec,
                rec_version=version,
                check=family,
                rule=item.rule,
                path=item.path,
                score=item.score,
                numbers=orjson.dumps(dict(item.numbers), default=str).decode(),
                text_zh=item.zh,
                text_en=item.en,
                state="open",
                made_at=clock.now(),
            )
        )
    session.flush()


def _keep_evaluation(session: Session, visit: Visit, evaluation: Evaluation) -> None:
    session.execute(delete(EvaluationRow).where(EvaluationRow.rec == visit.id))
    results = {
        "values": dict(evaluation.values),
        "irrelevant": sorted(evaluation.irrelevant),
        "faults": [
            {"path": f.path, "rule": f.rule, "zh": f.zh, "en": f.en} for f in evaluation.faults
        ],
    }
    session.add(
        EvaluationRow(
            rec=visit.id,
            version=visit.version,
            results=orjson.dumps(results, default=str).decode(),
            evaluated_at=clock.now(),
        )
    )
    session.flush()


def _propose(session: Session, visit: Visit, at: Point) -> None:
    if reading.has_anchor(session, visit.unit):
        return
    session.add(
        Anchor(
            id=ids.new(),
            unit=visit.unit,
            lat=at.lat,
            lon=at.lon,
            acc=at.acc,
            state="proposed",
            source="visit",
            submission=visit.id,
            proposed_at=clock.now(),
        )
    )
    session.flush()


Read = Callable[[Session, Keyring, str, int, str], Result | None]
