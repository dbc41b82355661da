"""Reconcile: a phone whose copy does not come to the server's figure is told what to mend.

It changes no record. A phone behind the feed is asked to pull first, so what is found here is
a true difference, and is counted against the phone: the alarm for silent loss.

A phone with more units than one question may name asks in the order of their names, from `after`
to `until`; an answer that does not get so far says how far it went. Each page begins behind the
last, so one walk has seen every unit, whatever was missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import collate, select
from sqlalchemy.orm import Session

from store import digest, feed
from store.digest import NOTHING, Sum
from store.errors import Invalid
from store.records import Record
from store.seal import Keyring
from sync import scope, strict
from sync.errors import CursorGone, DeviceMismatch
from sync.pull import MAX_LIMIT, mine, paired, start, told_all
from sync.scope import Who
from sync.wire import Count, Uuid

MAX_UNITS = 1000
MAX_HELD = 5000
MAX_BYTES = 512 * 1024
_UNITS = r"^(common|place:[0-9]{1,12}|area:[0-9]{1,20}|[0-9a-f-]{36})\Z"
Unit = Annotated[str, Meta(pattern=_UNITS, max_length=36)]
Place = Annotated[str, Meta(pattern=r"^[a-z0-9:-]*\Z", max_length=36)]
Figure = tuple[Count, Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]]


class Ask(Struct, frozen=True, forbid_unknown_fields=False):
    """What a phone has: figures of units, and of those that differ every record's version."""

    device: Uuid
    cursor: Annotated[str, Meta(min_length=1, max_length=400)]
    digests: Annotated[dict[Unit, Figure], Meta(max_length=MAX_UNITS)] = {}
    held: Annotated[dict[Unit, dict[Uuid, Count]], Meta(max_length=MAX_UNITS)] = {}
    complete: bool = False
    """True: units from `after` to `until` that are not named here are not on the phone."""
    after: Place = ""
    """Only units behind this one, in the order of their characters' codes; "" is the beginning."""
    until: Place | None = None
    """Only units up to this one; null is the end."""


@dataclass(slots=True)
class Mend:
    """What to do: pull first, tell more, drop whole units, forget records, take records."""

    epoch: str
    behind: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    more: bool = False
    through: str | None = None
    """How far a complete question was answered; None: to its end."""
    mismatched: list[str] = field(default_factory=list)
    """Units to be counted against the phone: never told."""


def parse(raw: bytes) -> Ask:
    """Raises Malformed, Invalid."""
    try:
        ask = msgspec.convert(strict.read(raw), Ask)
    except msgspec.ValidationError as fault:
        raise Invalid("not the shape of a reconcile", body=str(fault)) from fault
    if sum(map(len, ask.held.values())) > MAX_HELD:
        raise Invalid(f"at most {MAX_HELD} records at once", held="too many", limit=str(MAX_HELD))
    return ask


def reconcile(session: Session, keys: Keyring, who: Who, ask: Ask) -> Mend:
    """In a snapshot that the caller has begun. Raises DeviceMismatch, CursorInvalid, CursorGone."""
    if ask.device != who.device:
        raise DeviceMismatch("the body names another device than the token", device=ask.device)
    stand = feed.stand(session)
    at = start(keys, who, ask.cursor, stand.epoch, stand.head)
    if at.position < stand.floor:
        raise CursorGone("what was deleted since is no longer known; pull everything", reset="all")
    mend = Mend(stand.epoch)
    told = set(ask.digests) | set(ask.held)
    here = _in_scope(session, who, told)
    if ask.complete:
        unnamed, mend.through = _unnamed(session, who, told, ask)
        here |= unnamed
    mend.drop = sorted(told - here)
    mend.behind = sorted(here if at.between_pages else _behind(session, who, here, at.position))
    here -= set(mend.behind)
    mend.differ = _differ(session, who, ask, here - set(ask.held))
    _compare(session, keys, who, {u: ask.held[u] for u in sorted(here & set(ask.held))}, mend)
    return mend


def _in_scope(session: Session, who: Who, told: set[str]) -> set[str]:
    """The units told that are this person's."""
    mine_now = scope.units(who).subquery().c[0]
    return set(session.scalars(select(mine_now).where(mine_now.in_(told)))) if told else set()


def _unnamed(session: Session, who: Who, told: set[str], ask: Ask) -> tuple[set[str], str | None]:
    """(units of the range that the phone lacks, how far they go: None where that is all)."""
    mine_now = scope.units(who).subquery().c[0]
    bytewise = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    name = collate(mine_now, bytewise)
    query = select(mine_now).where(name > ask.after, mine_now.not_in(told))
    if ask.until is not None:
        query = query.where(name <= ask.until)
    found = list(session.scalars(query.order_by(name).limit(MAX_UNITS + 1)))
    page = found[:MAX_UNITS]
    return set(page), page[-1] if len(found) > MAX_UNITS else None


def _behind(session: Session, who: Who, units: set[str], position: int) -> set[str]:
    """Units that moved, or came into scope, after the phone's last pull."""
    fresh = scope.units(who, position).subquery().c[0]
    moved = select(Record.unit).where(Record.unit.in_(units), Record.seq > position, mine(who))
    came = select(fresh).where(fresh.in_(units))
    return set(session.scalars(moved.distinct())) | set(session.scalars(came))


def _differ(session: Session, who: Who, ask: Ask, units: set[str]) -> list[str]:
    kept = digest.sums(session, units, digest.readable(who.user, paired(who)))
    return [
        unit for unit in sorted(units) if _figure(ask.digests.get(unit)) != kept.get(unit, NOTHING)
    ]


def _figure(told: tuple[int, str] | None) -> Sum:
    return Sum(told[0], int(told[1], 16)) if told else NOTHING


def _compare(
    session: Session, keys: Keyring, who: Who, held: Mapping[str, Mapping[str, int]], mend: Mend
) -> None:
    """Record by record, as far as one answer goes."""
    query = select(Record.unit, Record.id, Record.version).where(
        Record.unit.in_(held), Record.deleted.is_(False), mine(who)
    )
    kept: dict[str, dict[str, int]] = {unit: {} for unit in held}
    for unit, ident, version in session.execute(query):
        kept[unit][ident] = version
    wanted: list[str] = []
    for unit, theirs in held.items():
        gone = sorted(theirs.keys() - kept[unit].keys())
        stale = sorted(i for i, version in kept[unit].items() if theirs.get(i) != version)
        mend.forget += gone
        wanted += stale
        if gone or stale:
            mend.mismatched.append(unit)
    mend.more = len(wanted) > MAX_LIMIT
    rows = select(Record).where(Record.id.in_(wanted[:MAX_LIMIT])).order_by(Record.seq)
    mend.records = told_all(session, keys, who, list(session.scalars(rows)))
