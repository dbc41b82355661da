"""Who may see and touch which units: computed at every request, never read from a cursor."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, false, literal, or_, select, union
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from store.accounts import Grant, Role
from store.areas import Area, unit_of
from store.hours import PLACE, SyncHours
from store.media import Attachment, Blob
from store.records import COMMON, Record
from store.units import Assignment, UnitPlace, lane

OWN = frozenset({Role.CADRE.value})
"""Roles that reach the households paired with them."""
WIDE = frozenset(role.value for role in Role) - OWN
"""Roles that reach every household of their area."""
WRITING = frozenset(role.value for role in Role) - {Role.INSPECTOR.value}
OFFICE = frozenset(
    {
        Role.VILLAGE_SUPERVISOR.value,
        Role.TOWNSHIP_SUPERVISOR.value,
        Role.COUNTY_SUPERVISOR.value,
        Role.ADMIN.value,
    }
)
"""Roles whose word, given at the office, outranks under the policy `office`."""


@dataclass(frozen=True, slots=True)
class Given:
    """A role in an area."""

    role: str
    area: str
    path: str


@dataclass(frozen=True, slots=True)
class Who:
    """The person and device behind a request."""

    user: str
    device: str
    grants: tuple[Given, ...]
    office: bool = False
    """True for a user's server-side device: console, import, settlement."""

    def paths(self, roles: Collection[str]) -> list[str]:
        return sorted({g.path for g in self.grants if g.role in roles})

    def has(self, roles: Collection[str]) -> bool:
        return any(g.role in roles for g in self.grants)

    @property
    def lane(self) -> str:
        """The township whose work what they send is; empty for nobody's."""
        return min((lane(g.path) for g in self.grants), default="")


def grants_of(session: Session, user: str) -> tuple[Given, ...]:
    query = (
        select(Grant.role, Grant.area, Area.path)
        .join(Area, Area.code == Grant.area)
        .where(Grant.user_id == user, Grant.ended_seq.is_(None))
        .order_by(Area.path)
    )
    return tuple(Given(role, area, path) for role, area, path in session.execute(query))


def below(paths: Iterable[str]) -> ColumnElement[bool]:
    """Places in any of these subtrees."""
    tests = [UnitPlace.area_path.startswith(path, autoescape=True) for path in paths]
    return or_(*tests) if tests else false()


def units(who: Who, since: int = -1) -> Select[str]:
    """Units in scope now whose being in scope began after the feed position `since`."""
    own = (
        select(Assignment.unit)
        .where(Assignment.user_id == who.user, Assignment.ended_seq.is_(None))
        .where(or_(Assignment.started_seq > since, _given_since(who, OWN, since).exists()))
    )
    if not who.has(OWN):
        own = own.where(false())
    reached = _given_since(who, WIDE, since).where(
        UnitPlace.area_path.startswith(Area.path, autoescape=False)
    )
    wide = (
        select(UnitPlace.unit)
        .where(UnitPlace.ended_seq.is_(None), below(who.paths(WIDE)))
        .where(or_(UnitPlace.started_seq > since, reached.exists()))
    )
    common = select(literal(COMMON)).where(literal(since < 0))
    told = union(own, wide, common, places(who, since), areas_of(who, since))
    return select(told.subquery().c[0])


def areas_of(who: Who, since: int = -1) -> Select[str]:
    """Units of what was said of areas as a whole: those in line with anything given after `since`.

    Whoever works in a village fills in its forms; so may who works above it, or in one group.
    """
    codes = sorted({code for given in who.grants for code in given.path.strip("/").split("/")})
    inside = [Area.path.startswith(g.path, autoescape=True) for g in who.grants]
    given = aliased(Area)
    held = (
        select(Grant.id)
        .join(given, given.code == Grant.area)
        .where(Grant.user_id == who.user, Grant.ended_seq.is_(None), Grant.started_seq > since)
        .where(in_line(given))
    )
    query = select(literal(unit_of("")).concat(Area.code))
    return query.where(or_(Area.code.in_(codes), *inside), held.exists(), _said().exists())


def _said() -> Select[str]:
    """What was said of an area."""
    return select(Record.id).where(Record.unit == literal(unit_of("")).concat(Area.code))


def in_line(given: type[Area]) -> ColumnElement[bool]:
    """Areas at, above or below one."""
    return or_(
        given.path.startswith(Area.path, autoescape=False),
        Area.path.startswith(given.path, autoescape=False),
    )


def places(who: Who, since: int = -1) -> Select[str]:
    """Units of the areas at and above where somebody was given anything after `since`."""
    codes = sorted({code for given in who.grants for code in given.path.strip("/").split("/")})
    given = aliased(Area)
    held = (
        select(Grant.id)
        .join(given, given.code == Grant.area)
        .where(Grant.user_id == who.user, Grant.ended_seq.is_(None), Grant.started_seq > since)
        .where(given.path.startswith(Area.path, autoescape=False))
    )
    return select(literal(PLACE).concat(Area.code)).where(Area.code.in_(codes), held.exists())


def _given_since(who: Who, roles: Collection[str], since: int) -> Select[str]:
    """Grants of these roles that began after `since`."""
    return (
        select(Grant.id)
        .join(Area, Area.code == Grant.area)
        .where(Grant.user_id == who.user, Grant.role.in_(sorted(roles)))
        .where(Grant.ended_seq.is_(None), Grant.started_seq > since)
    )


def ended(session: Session, who: Who, since: int, until: int) -> list[str]:
    """Units that left scope in (since, until] and are not in it by another way."""
    role_lost = select(Grant.id).where(
        Grant.user_id == who.user,
        Grant.role.in_(sorted(OWN)),
        _within(Grant.ended_seq, since, until),
    )
    own = select(Assignment.unit).where(
        Assignment.user_id == who.user,
        or_(
            _within(Assignment.ended_seq, since, until),
            and_(open_after(Assignment.ended_seq, since), role_lost.exists()),
        ),
    )
    wide = reached(who, WIDE).where(
        or_(
            _within(Grant.ended_seq, since, until),
            _within(UnitPlace.ended_seq, since, until),
        )
    )
    above = select(literal(PLACE).concat(_above(who, since, until).c.code))
    said = select(literal(unit_of("")).concat(_left(who, since, until).c.code))
    gone = union(own, wide, above, said).subquery()
    query = select(gone.c[0]).where(gone.c[0].not_in(units(who))).order_by(gone.c[0])
    return list(session.scalars(query))


def _above(who: Who, since: int, until: int) -> Subquery:
    """Areas with hours of their own at and above where a grant ended in (since, until]."""
    given, above = aliased(Area), aliased(Area)
    return (
        select(above.code)
        .join(given, given.path.startswith(above.path, autoescape=False))
        .join(Grant, Grant.area == given.code)
        .where(Grant.user_id == who.user, _within(Grant.ended_seq, since, until))
        .where(above.code.in_(select(SyncHours.area)))
        .subquery()
    )


def _left(who: Who, since: int, until: int) -> Subquery:
    """Areas of which something was said, in line with one whose grant ended in (since, until]."""
    given = aliased(Area)
    return (
        select(Area.code)
        .join(given, in_line(given))
        .join(Grant, Grant.area == given.code)
        .where(Grant.user_id == who.user, _within(Grant.ended_seq, since, until), _said().exists())
        .subquery()
    )


def reached(who: Who, roles: Collection[str]) -> Select[str]:
    """Units that ever stood where `who` had one of these roles at the time."""
    return (
        select(UnitPlace.unit)
        .join(Area, UnitPlace.area_path.startswith(Area.path, autoescape=False))
        .join(Grant, Grant.area == Area.code)
        .where(Grant.user_id == who.user, Grant.role.in_(sorted(roles)))
        .where(open_after(UnitPlace.ended_seq, Grant.started_seq))
        .where(open_after(Grant.ended_seq, UnitPlace.started_seq))
    )


def open_after(ended: Any, moment: Any) -> ColumnElement[bool]:
    """An interval that had not ended by then."""
    return or_(ended.is_(None), ended > moment)


def _within(column: Any, since: int, until: int) -> ColumnElement[bool]:
    return and_(column > since, column <= until)


def may_see_file(session: Session, who: Who, sha256: str) -> str | None:
    """The MIME type of a stored file that hangs on a record in scope; None otherwise."""
    query = (
        select(Blob.mime)
        .join(Attachment, Attachment.sha256 == Blob.sha256)
        .join(Record, Record.id == Attachment.rec)
        .where(Blob.sha256 == sha256, Blob.state == "stored")
        .where(or_(Record.unit.in_(units(who)), Record.author == who.user))
        .limit(1)
    )
    return session.scalars(query).first()
