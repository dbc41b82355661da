"""From a failing story to the shortest that still breaks the same promise."""

from collections.abc import Callable, Sequence

from tests.simulation.moves import Move

Broken = Callable[[Sequence[Move]], bool]
PATIENCE = 400
"""Plays at most: a shorter story is worth a minute, not an evening."""


def shortest(moves: Sequence[Move], broken: Broken) -> list[Move]:
    """Drop halves, quarters, … single moves while the promise stays broken; then the faults."""
    kept, plays = list(moves), 0
    size = max(1, len(kept) // 2)
    while plays < PATIENCE:
        smaller = None
        for start in range(0, len(kept), size):
            plays += 1
            trial = kept[:start] + kept[start + size :]
            if trial and broken(trial):
                smaller = trial
                break
        if smaller is not None:
            kept = smaller
        elif size == 1:
            break
        else:
            size = max(1, size // 2)
    return kept
