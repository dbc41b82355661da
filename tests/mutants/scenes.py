"""Short stories told on purpose, for bugs that chance alone finds seldom."""

from collections.abc import Callable

from tests.simulation.moves import Kind, Move, story
from tests.simulation.road import Fault

ONE, OTHER = 0, 2
"""Alice's two phones."""


def two_phones_of_one_author(seed: int) -> list[Move]:
    """The other phone's edit comes between one phone's last pull and its acknowledgement."""

    def acts(*kinds: Kind, phone: int, pick: int = 0) -> list[Move]:
        return [Move(kind, phone, pick, 1) for kind in kinds]

    return [
        *acts(Kind.SYNC, Kind.VISIT, Kind.SYNC, Kind.SYNC, phone=ONE, pick=seed),
        *acts(Kind.SYNC, Kind.MEND, Kind.PUSH, phone=OTHER, pick=seed + 1),
        *acts(Kind.MEND, Kind.PUSH, phone=ONE, pick=seed + 2),
        *acts(Kind.MEND, Kind.PUSH, phone=ONE, pick=seed + 3),
    ]


def a_damaged_photo(seed: int) -> list[Move]:
    begun = [Move(kind, ONE, seed, 1) for kind in (Kind.SYNC, Kind.VISIT, Kind.PUSH)]
    return [*begun, Move(Kind.PHOTOS, ONE, 0, 1, Fault.DAMAGED)]


def a_lost_machine(seed: int) -> list[Move]:
    """A phone has heard that its photo is backed up, and forgotten it, when the machine is lost."""
    kinds = (Kind.SYNC, Kind.VISIT, Kind.SYNC, Kind.BACKUP, Kind.VISIT, Kind.SYNC, Kind.RESTORE)
    return [Move(kind, ONE, seed + place, 1) for place, kind in enumerate(kinds)]


SCENES: dict[str, Callable[[int], list[Move]]] = {
    "two phones": two_phones_of_one_author,
    "damaged photo": a_damaged_photo,
    "lost machine": a_lost_machine,
}


def told(seed: int, theme: str) -> list[Move]:
    """The story of a seed in which a bug may show itself."""
    return SCENES[theme](seed) if theme in SCENES else story(seed, theme)
