"""How a visit was made: its fix, its way, its time and its phone, beside the visits around it."""

from collections.abc import Collection, Mapping
from typing import Any

from forms.definition import FormDefinition
from forms.evaluate import Evaluation
from forms.flatpath import flatten
from verify.around import Around, at_door, stops
from verify.checks import device, haste, manners, mock, route
from verify.checks.photos import UNSEEN_ROLES
from verify.finding import Judgement
from verify.many.pace import Pace
from verify.reading import Visit
from verify.township import MET


def check(
    visit: Visit,
    definition: FormDefinition | None,
    evaluation: Evaluation | None,
    around: Around | None,
    remote: Collection[str],
) -> Judgement:
    """D10, D12, D14, D29, R-50 and R-51 of one visit. `remote`: outcomes of no place."""
    told = []
    answers = flatten(visit.doc.get("set", {}), visit.doc.get("rows", {}))
    if around is not None:
        told += _beside(visit, at_door(around, remote))
    minutes = around.minutes if around else None
    quick = Judgement()
    if definition is not None and visit.outcome in MET:
        quick = haste.check(minutes, definition, answers, Pace.of(visit.figures))
    told.append(quick)
    made = manners.Made(
        form=visit.form[0],
        outcome=visit.outcome or "",
        minutes=None if quick.found else minutes,  # one finding about the time is enough
        answers=answers,
        photos=sum(map(_is_photo, answers.values())),
        located=visit.fix is not None,
    )
    if visit.form[0] == manners.FORM:
        told.append(manners.check(made, manners.Manners.of(visit.figures)))
    if definition is not None and evaluation is not None and visit.outcome in MET:
        confirmed = around.own.confirmed if around else frozenset()
        told.append(manners.check_focus(definition, answers, evaluation.irrelevant, confirmed))
    return Judgement(
        tuple(found for each in told for found in each.found),
        tuple(note for each in told for note in each.notes),
    )


def _beside(visit: Visit, around: Around) -> list[Judgement]:
    own, figures = around.own, visit.figures
    same = [one for one in around.others if one.device == own.device]
    fixes = [one.fixed for one in same if one.fixed]
    told = [
        mock.check(own.fixed, fixes, around.model, mock.Mock.of(figures)),
        route.check(own.stop, stops(around.others), route.Route.of(figures)),
    ]
    if own.tick is not None:
        ticks = [one.tick for one in same if one.tick]
        twins = stops([one for one in around.others if one.device != own.device])
        limits = device.Device.of(figures)
        told.append(device.check(own.tick, ticks, own.ran_back, twins, own.stop, limits))
    return told


def _is_photo(value: Any) -> bool:
    """An answer that names a picture, not a signature."""
    return (
        isinstance(value, Mapping) and "sha256" in value and value.get("role") not in UNSEEN_ROLES
    )
