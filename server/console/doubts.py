"""How much of what is to be checked one reader may see by now, on every page alike."""

from collections.abc import Collection, Mapping

from sqlalchemy import Select, or_, select

from server.auth import units
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.services import services, session
from store import clock
from store.bulk import parts
from store.records import Record
from store.units import Assignment
from verify import evidence, hearing


def counts(every: Mapping[str, int]) -> dict[str, int]:
    """{submission: how many the reader may see by now}; `every`: {submission: how many there are}

    Cadres hear of a finding first, and who reviews in their village with them; others once the
    cadre was heard.
    """
    some = [rec for rec, number in every.items() if number]
    early = _first(some)
    late = [rec for rec in some if rec not in early]
    told = hearing.shown(session(), late, clock.now(), services().settings.tz)
    return {**every, **{rec: len(told.get(rec, ())) for rec in late}}


def _first(recs: Collection[str]) -> set[str]:
    """Those that the reader may review, made, or has the household of: as on the visit's page."""
    theirs = or_(
        Record.area.in_(units.area_codes(Permission.REVIEW)),
        Record.author == identity().user,
        Record.unit.in_(_paired()),
    )
    query = select(Record.id).where(theirs)
    found = (session().scalars(query.where(Record.id.in_(part))) for part in parts(recs))
    return {rec for each in found for rec in each}


def _paired() -> Select[str]:
    """Households that the reader has now."""
    return select(Assignment.unit).where(
        Assignment.user_id == identity().user, Assignment.ended_seq.is_(None)
    )


def of_house(unit: str) -> bool:
    """Whether the reader sees what is to be checked of a household itself."""
    if units.reaches(Permission.REVIEW, unit):
        return True
    return session().scalars(_paired().where(Assignment.unit == unit)).first() is not None


def named(others: Collection[str]) -> dict[str, str]:
    """{household that a finding compares with: what it is called}, where the reader may see it."""
    return evidence.households(session(), units.seen(others)) if others else {}
