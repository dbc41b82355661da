"""Asking the server whether what is here is what should be: unit by unit, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from devices.mirror import Mirror

MOST_UNITS = 1000
MOST_RECORDS = 5000
Ask = Callable[[Mapping[str, Any]], Any]
"""Sends a question, takes what the answer mends into the mirror, and returns the answer."""


def everything(mirror: Mirror, ask: Ask) -> int:
    """All units in the order of their names, those of which nothing is here, too."""
    count, after = 0, ""
    while True:
        here = {unit: figure for unit, figure in mirror.figures().items() if unit > after}
        page = sorted(here)[:MOST_UNITS]
        until = page[-1] if len(here) > len(page) else None
        told = ask({"digests": {unit: here[unit] for unit in page}, "complete": True,
                    "after": after, "until": until})  # fmt: skip
        count += of(mirror, ask, told["differ"])
        reached = told["through"] or until
        if reached is None:
            return count
        after = reached


def of(mirror: Mirror, ask: Ask, units: Sequence[str]) -> int:
    """Mend these units; how many records came or went."""
    count = 0
    for lot in _lots(mirror.held(units)):
        more = True
        while more:
            told = ask({"held": mirror.held(lot)})
            count += len(told["records"]) + len(told["forget"])
            more = told["more"]
    return count


def _lots(held: Mapping[str, Mapping[str, int]]) -> Iterator[list[str]]:
    """As many units at a time as one question may hold."""
    lot: list[str] = []
    size = 0
    for unit, records in held.items():
        if lot and (len(lot) == MOST_UNITS or size + len(records) > MOST_RECORDS):
            yield lot
            lot, size = [], 0
        lot.append(unit)
        size += len(records)
    if lot:
        yield lot
