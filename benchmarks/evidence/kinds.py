"""The kinds of staged visits, and which rules should see them: the lab's one table."""

from dataclasses import dataclass, replace

from benchmarks.evidence.staging import (
    Stage,
    at_a_desk,
    at_once,
    at_the_hall,
    carried_over,
    clock_set_back,
    copied,
    dark,
    edited,
    elsewhere,
    far_away,
    gallery,
    in_a_burst,
    last_years,
    mocked,
    nearly_same_notes,
    no_time_between,
    retouched,
    reused,
    same_notes,
    there_and_back,
    too_fast,
    too_quick_a_road,
    without_gps,
)


@dataclass(frozen=True)
class Kind:
    """One way to stage a visit. `innocent`: it only looks odd, and `rules` may say just that."""

    name: str
    rules: frozenset[str]
    moves: Stage | None = None
    says: Stage | None = None
    together: int = 1
    """Visits of one cadre that are staged at once."""
    apart: float = 0.0
    """Metres by which the houses of two are apart at least."""
    once: bool = False
    """One finding is enough for the whole group: it says what the others have to do with it."""
    purpose: str = ""
    """Only visits for this purpose are staged."""
    goal: float | None = None
    innocent: bool = False


def _of(*rules: str) -> frozenset[str]:
    return frozenset(rules)


_COPY = Kind("", _of("D02"), goal=0.95)
_PAIR = Kind("", _of("D12"), together=2, apart=1000, once=True)
_TWIN = Kind("", _of("D17"), goal=0.9)
KINDS: tuple[Kind, ...] = (
    Kind("photo reused as it is", _of("D01"), moves=reused(""), goal=0.95),
    replace(_COPY, name="photo saved anew", moves=reused("saved anew, quality 40")),
    replace(_COPY, name="photo shrunk", moves=reused("shrunk to 400 px")),
    replace(_COPY, name="photo stamped", moves=reused("stamped")),
    replace(_COPY, name="photo brightened", moves=reused("a quarter brighter")),
    replace(_COPY, name="photo cropped 5 %", moves=reused("cropped 5 %")),
    replace(_COPY, name="photo cropped 10 %", moves=reused("cropped 10 %")),
    replace(_COPY, name="photo mirrored", moves=reused("mirrored")),
    replace(_COPY, name="photo turned", moves=reused("quarter turn")),
    replace(_COPY, name="photo of a screen", moves=reused("off a screen")),
    Kind("last year's photo of another house", _of("D01"), moves=last_years, goal=0.95),
    Kind("photo from the gallery", _of("D03"), moves=gallery),
    Kind("photo taken elsewhere", _of("D04"), moves=elsewhere),
    Kind("photo retouched", _of("D05"), moves=edited),
    Kind("dark photo", _of("D07"), moves=dark),
    Kind("visit far from the house", _of("D08"), moves=far_away),
    Kind("filled in at a desk", _of("D11"), moves=at_a_desk, together=6, goal=0.9),
    Kind("filled in in a burst", _of("D15"), moves=in_a_burst, together=6, goal=0.9),
    replace(_PAIR, name="impossible travel", moves=too_quick_a_road),
    replace(_PAIR, name="no time for the road", moves=no_time_between),
    replace(_PAIR, name="two visits at once", moves=at_once),
    Kind("made-up position", _of("D10"), moves=mocked, together=4),
    Kind("never a position", _of("D13"), moves=without_gps, together=12),
    Kind("too fast", _of("D14"), moves=too_fast, together=5),
    Kind("clock set back", _of("D29"), moves=clock_set_back, together=2, once=True),
    replace(_TWIN, name="copied, 10 % changed", says=copied(0.1), purpose="survey"),
    replace(_TWIN, name="copied, 20 % changed", says=copied(0.2), purpose="survey"),
    replace(_TWIN, name="copied, 30 % changed", says=copied(0.3), purpose="survey"),
    replace(_TWIN, name="copied, 10 % changed, short visit", says=copied(0.1), purpose="verify"),
    Kind("carried over from last year", _of("D18"), says=carried_over, together=4),
    Kind("copied notes", _of("D19"), says=same_notes, together=4),
    Kind("copied notes, words added", _of("D19"), says=nearly_same_notes, together=4),
    Kind("retouched at night", _of("D25", "R-54"), says=retouched),
    Kind("changed and changed back", _of("R-53"), says=there_and_back),
    Kind("meeting at the village hall", _of(), moves=at_the_hall, together=5, innocent=True),
)
GCJ02 = Kind("phone gives GCJ-02", _of("D09"), innocent=True)
CLOCK = Kind("phone's clock is off", _of("D29"), innocent=True)
ESTATE = Kind("house built like its neighbours", _of(), innocent=True)
VALLEY = Kind("house in a deaf valley", _of(), innocent=True)
