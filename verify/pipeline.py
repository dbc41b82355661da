"""The families of checks: what they need is read, then judged (pure); `verify.keep` writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from forms import beside, rules
from forms.definition import FormDefinition
from forms.evaluate import Evaluation, evaluate
from forms.node import Item
from media.inspect import Facts
from store.areas import is_unit
from store.seal import Keyring
from store.units import Anchor
from sync import definitions
from verify import alike, around, company, making, reading
from verify.across import family
from verify.across.family import Around
from verify.album import Album
from verify.checks import answers, moment, photos, place, stages
from verify.finding import Judgement
from verify.geo import Point
from verify.reading import REMOTE, Visit

NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of families makes of a visit, ready to be written."""

    visit: Visit
    judgements: Mapping[str, Judgement]
    evaluation: Evaluation | None = None
    proposal: Point | None = None
    """A position for a household that has none."""


def on_accepted(
    session: Session,
    keys: Keyring,
    wanted: Collection[tuple[str, int]],
    tz: str,
    changed: Mapping[str, Any] = NONE,
) -> list[Result]:
    """Evaluate the answers of these (submission, version), check their places and clocks.

    A submission that has moved on is left out. `changed` figures take the place of the dated ones.
    """
    visits = [_with(v, changed) for v in reading.visits(session, keys, wanted, tz)]
    forms = definitions.load(session, {visit.form for visit in visits})
    anchors = reading.anchors(session, {visit.unit for visit in visits})
    near = around.read(session, [visit.id for visit in visits])
    made = [v for v in visits if v.form in forms and forms[v.form].is_visit]
    places = {v.id: _check_place(v, anchors.get(v.unit, [])) for v in made}
    meetings = company.meetings(session, [v for v in made if places[v.id].found])
    places |= {
        v.id: _check_place(v, anchors.get(v.unit, []), True) for v in made if v.id in meetings
    }
    lists = {form: beside.lists(session, definition) for form, definition in forms.items()}
    kin = family.read(session, keys, visits, forms, tz)
    return [
        _accepted(
            v,
            Asked(forms.get(v.form), lists.get(v.form, {}), tz, places.get(v.id)),
            anchors.get(v.unit, []),
            near.get(v.id),
            kin.get(v.id),
        )
        for v in visits
    ]


def _with(visit: Visit, changed: Mapping[str, Any]) -> Visit:
    """The visit with other figures; parts that are not named keep theirs."""
    if not changed:
        return visit
    figures = dict(visit.figures)
    for name, value in changed.items():
        known = figures.get(name)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            figures[name] = {**known, **value}
        else:
            figures[name] = value
    return replace(visit, figures=figures)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visit was filled with; no definition where the form is not known here."""

    definition: FormDefinition | None
    lists: Mapping[str, Item]
    tz: str
    place: Judgement | None = None
    """Whether it was made at the house; None of a form that is no visit and has no place."""


def _accepted(
    visit: Visit,
    asked: Asked,
    anchors: Sequence[Anchor],
    beside: around.Around | None,
    kin: Around | None,
) -> Result:
    evaluation = _evaluate(asked.definition, visit, asked) if asked.definition else None
    found = {
        "answers": _check_answers(asked.definition, visit, evaluation),
        "place": asked.place or Judgement(),
        "making": making.check(visit, asked.definition, evaluation, beside, REMOTE),
        "clock": moment.check_clock(visit.offset, _moment_limits(visit.figures)),
        family.FAMILY: family.judge(visit, kin),
    }
    at_house = asked.place is not None and visit.outcome not in REMOTE and not is_unit(visit.unit)
    return Result(visit, found, evaluation, visit.fix if at_house and not anchors else None)


def _check_place(visit: Visit, anchors: Sequence[Anchor], meeting: bool = False) -> Judgement:
    """`meeting`: the fix is where people of the village meet."""
    if is_unit(visit.unit):
        return Judgement()  # a village has no house
    if visit.outcome in REMOTE:
        return place.remote()
    anchor = next((one for one in anchors if one.state == "approved"), None)
    return place.check(
        visit.fix,
        Point(anchor.lat, anchor.lon, anchor.acc) if anchor else None,
        bool(anchor and anchor.scattered),
        _place_limits(visit.figures),
        meeting,
    )


def _evaluate(definition: FormDefinition, visit: Visit, asked: Asked) -> Evaluation:
    """With the day at the door as `today()`, also before eight in the morning."""
    local = visit.visited_at.astimezone(ZoneInfo(asked.tz))
    return evaluate(
        definition,
        visit.doc,
        now=local,
        sealed=visit.sealed,
        lists=asked.lists,
        figures=visit.figures,
    )


def _check_answers(
    definition: FormDefinition | None, visit: Visit, evaluation: Evaluation | None
) -> Judgement:
    if definition is None or evaluation is None:
        return Judgement()
    broken = rules.broken(definition, visit.doc, evaluation)
    return answers.check(evaluation.faults, broken, definition)


def on_complete(
    session: Session,
    keys: Keyring,
    rec: str,
    version: int,
    tz: str,
    album: Album | None = None,
    changed: Mapping[str, Any] = NONE,
) -> Result | None:
    """Check the photos, which are all in and were read. None when the submission has moved on.

    `album`: the county's photos as this process knows them; read anew where there is none.
    """
    read = reading.visit(session, keys, rec, version, tz)
    if read is None:
        return None
    visit = _with(read, changed)
    attached = [a for a in reading.photos(session, rec) if a.role not in photos.UNSEEN_ROLES]
    looked = _looked(session, visit, attached)
    taken = [
        moment.Taken(a.path, a.facts.taken_at)
        for a in attached
        if a.facts is not None and a.role not in stages.ROLES
    ]
    unread = [a.path for a in attached if a.facts is None]
    seen = photos.check(looked, _photo_limits(visit.figures), unread)
    limits = _moment_limits(visit.figures)
    timed = moment.check_photos(taken, visit.device_at, tz, limits, visit.visited_at)
    paired = stages.check(
        _staged(attached, tz), float(visit.figures.get("staged_photo_m", stages.METRES))
    )
    both = Judgement(seen.found + timed.found + paired.found, seen.notes + timed.notes)
    others = alike.check(session, visit, attached, album or Album())
    return Result(visit, {"photos": both, "alike": others, "late": Judgement()})


def _looked(
    session: Session, visit: Visit, attached: Sequence[reading.Attached]
) -> list[photos.Photo]:
    """What their bytes say, and where else they are."""
    return [
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
