"""The family `across`: what each visit of a lot says, held against what stands elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from forms.flatpath import flatten
from store.records import RecordType
from store.seal import Keyring
from verify.across import deaths, sharing, villages
from verify.across.deaths import Past
from verify.across.villages import Village
from verify.checks import (
    after_death,
    same_id,
    shared_account,
    shared_phone,
    village_facts,
    village_water,
)
from verify.checks.shared import Told
from verify.checks.village_facts import Answer
from verify.finding import Judgement
from verify.reading import Visit

FAMILY = "across"
WATER = "water_conclusion"
Forms = Mapping[tuple[str, str], FormDefinition]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around one visit."""

    village_code: str
    village: Village
    shared: Sequence[tuple[str, Told]]
    past: Past | None
    household: Mapping[str, Answer]
    """{property of the household: what the visit says}"""


def read(
    session: Session, keys: Keyring, visits: Sequence[Visit], forms: Forms, tz: str
) -> dict[str, Around]:
    """{visit: what stands around it}; few statements for all of them together."""
    known = [visit for visit in visits if visit.form in forms]
    found = {v.id: list(sharing.values(keys, v, forms[v.form])) for v in known}
    shared = sharing.told(session, found, {visit.id: visit.unit for visit in known})
    homes = villages.of_areas(session, {visit.area for visit in known})
    told = villages.forms(session, set(homes.values()))
    pasts = deaths.pasts(session, {visit.unit for visit in known if visit.outcome}, tz)
    return {
        visit.id: Around(
            village_code=(code := homes.get(visit.area, visit.area)),
            village=told.get(code, villages.NOTHING),
            shared=shared.get(visit.id, ()),
            past=pasts.get(visit.unit),
            household=_household(visit, forms[visit.form]),
        )
        for visit in known
    }


def _household(visit: Visit, definition: FormDefinition) -> dict[str, Answer]:
    flat = flatten(visit.doc.get("set", {}), {})
    return {
        question.save_to: Answer(flat[question.path], question.path)
        for question in definition.questions
        if question.dataset == RecordType.HOUSEHOLD.value
        and question.save_to
        and question.path in flat
    }


def judge(visit: Visit, around: Around | None) -> Judgement:
    if around is None:
        return Judgement()
    figures = visit.figures
    parts = [
        *_shared(around, figures),
        _water(visit, around, figures),
        village_facts.check(around.household, around.village.base),
    ]
    if around.past is not None:
        parts.append(after_death.check(around.past.people, around.past.seen_from(visit.id)))
    return Judgement(
        tuple(found for part in parts for found in part.found),
        tuple(note for part in parts for note in part.notes),
    )


def _shared(around: Around, figures: Mapping[str, Any]) -> list[Judgement]:
    people = [told for name, told in around.shared if name == sharing.ID]
    most = int(figures.get("phone_households_most", shared_phone.MOST))
    parts = [same_id.check(people, around.village_code)]
    parts += [shared_phone.check(t, most) for name, t in around.shared if name == sharing.PHONE]
    parts += [shared_account.check(t) for name, t in around.shared if name == sharing.ACCOUNT]
    return parts


def _water(visit: Visit, around: Around, figures: Mapping[str, Any]) -> Judgement:
    answer = around.household.get(WATER)
    if answer is None:
        return Judgement()
    return village_water.check(
        answer.value,
        answer.path,
        visit.day,
        around.village.certificates,
        bool(figures.get("water_certificate_needed", 0)),
    )
