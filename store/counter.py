"""Which numbers of a phone's ops have come: `n` goes up by one, so what is skipped was lost.

A gap may close by itself: the op before travels in a later push, or in a rescue file. A number that
comes a second time with another op tells of a phone that was set back or cloned. Neither changes
what is merged.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.accounts import Device

MOST_GAPS = 50
"""Gaps of one phone that are remembered; a further one is not, until one of these closes."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers from `first` to `last` that have not come; `since` when that was seen."""

    first: int
    last: int
    since: str


@dataclass(frozen=True, slots=True)
class Counter:
    """All numbers from `first` to `last` have come, but for the gaps; both None before any op.

    Numbers below `first` say nothing: a phone that is enrolled anew goes on where it was.
    """

    first: int | None = None
    last: int | None = None
    gaps: tuple[Gap, ...] = ()
    back: int = 0
    """How many ops came with a number that was used before."""
    back_at: str | None = None

    @property
    def missing(self) -> int:
        return sum(gap.last - gap.first + 1 for gap in self.gaps)

    def used(self, n: int) -> bool:
        if self.first is None or self.last is None or not self.first <= n <= self.last:
            return False
        return not any(gap.first <= n <= gap.last for gap in self.gaps)

    def take(self, numbers: Iterable[int], now: str) -> "Counter":
        """With these numbers, and with the gaps between them and what came before."""
        counter = self
        for n in sorted(set(numbers)):
            counter = counter._one(n, now)
        return counter

    def _one(self, n: int, now: str) -> "Counter":
        if self.first is None or self.last is None:
            return replace(self, first=n, last=n)
        if n > self.last:
            return replace(self, last=n, gaps=_with(self.gaps, self.last + 1, n - 1, now))
        return replace(self, gaps=_without(self.gaps, n)) if self.gaps else self

    def ran_back(self, times: int, now: str) -> "Counter":
        return replace(self, back=self.back + times, back_at=now) if times else self

    def told(self) -> dict[str, Any]:
        """For programs: `missing` and `counter_back`, each None where there is nothing to tell."""
        missing = counter_back = None
        if self.gaps:
            since = min(gap.since for gap in self.gaps)
            missing = {"count": self.missing, "first": self.gaps[0].first, "since": since}
        if self.back:
            counter_back = {"times": self.back, "last_at": self.back_at}
        return {"missing": missing, "counter_back": counter_back}


def _with(gaps: tuple[Gap, ...], first: int, last: int, now: str) -> tuple[Gap, ...]:
    return gaps if first > last or len(gaps) >= MOST_GAPS else (*gaps, Gap(first, last, now))


def _without(gaps: tuple[Gap, ...], n: int) -> tuple[Gap, ...]:
    """A number in the middle leaves two gaps, and of fifty-one the newest is let go."""
    kept: list[Gap] = []
    for gap in gaps:
        if gap.first <= n <= gap.last:
            kept += [replace(gap, last=n - 1), replace(gap, first=n + 1)]
        else:
            kept.append(gap)
    return tuple(gap for gap in kept if gap.first <= gap.last)[:MOST_GAPS]


def read(text: str) -> Counter:
    told = orjson.loads(text)
    gaps = tuple(Gap(*gap) for gap in told.get("gaps", ()))
    return Counter(told.get("first"), told.get("last"), gaps, told.get("back", 0),
                   told.get("back_at"))  # fmt: skip


def text(counter: Counter) -> str:
    kept: dict[str, Any] = {"first": counter.first, "last": counter.last}
    if counter.gaps:
        kept["gaps"] = [(gap.first, gap.last, gap.since) for gap in counter.gaps]
    if counter.back:
        kept |= {"back": counter.back, "back_at": counter.back_at}
    return orjson.dumps(kept).decode()


def lock(session: Session, devices: Collection[str]) -> Mapping[str, Counter]:
    """{device: its counter}, with the devices' rows held in the order of their ids."""
    query = select(Device.id, Device.counter).where(Device.id.in_(devices))
    rows = session.execute(query.order_by(Device.id).with_for_update())
    return {device: read(kept) for device, kept in rows}
