"""How visits are drawn for back-checks. Pure: anybody with the seed and the frame draws the same.

Half of the draw or more is by chance alone, and begins with one visit of every cadre; the rest is
by probability proportional to 1 + 4·risk of the visit, without replacement (Efraimidis and
Spirakis 2006: the smallest −ln(u)/w). u of a visit is SHA-256(seed|way|visit) as a share of 2^256.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

FLOOR = 0.5
"""Of the draw that is by chance alone, at least."""
WEIGHT = 4.0
"""How much more often a visit of risk 1 is drawn than one of risk 0, less one."""
CAUGHT = 0.95


@dataclass(frozen=True, slots=True)
class Line:
    """One visit that may be drawn."""

    rec: str
    stratum: str
    """Visits of one cadre share it; it does not say whose they are."""
    weight: float


@dataclass(frozen=True, slots=True)
class Drawn:
    rec: str
    way: str
    """floor | risk"""


def weight(risk: float) -> float:
    return round(1.0 + WEIGHT * risk, 6)


def text_of(frame: Sequence[Line]) -> str:
    """The frame as it is committed to and kept: JSON, in the order of the visits."""
    lines = sorted((line.rec, line.stratum, line.weight) for line in frame)
    return orjson.dumps(lines).decode()


def frame_of(text: str) -> list[Line]:
    return [Line(rec, stratum, float(w)) for rec, stratum, w in orjson.loads(text)]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def share(seed: str, way: str, rec: str) -> float:
    """u in (0, 1], the same for everybody."""
    told = hashlib.sha256(f"{seed}|{way}|{rec}".encode()).digest()
    return (int.from_bytes(told[:8], "big") + 1) / 2**64


def draw(seed: str, frame: Sequence[Line], size: int) -> list[Drawn]:
    """`size` visits, or one of each stratum where those are more; all where there are fewer."""
    by_chance = sorted(frame, key=lambda line: (share(seed, "floor", line.rec), line.rec))
    firsts: dict[str, Line] = {}
    for line in by_chance:
        firsts.setdefault(line.stratum, line)
    floor = list(firsts.values())
    wanted = max(size, len(floor))
    rest = [line for line in by_chance if line not in floor]
    more = max(0, math.ceil(wanted * FLOOR) - len(floor))
    floor, rest = floor + rest[:more], rest[more:]
    rest.sort(key=lambda line: (-math.log(share(seed, "risk", line.rec)) / line.weight, line.rec))
    risky = rest[: max(0, wanted - len(floor))]
    return [Drawn(line.rec, "floor") for line in floor] + [
        Drawn(line.rec, "risk") for line in risky
    ]


def needed(faked: float, caught: float = CAUGHT) -> int:
    """Visits of a cadre to draw so that one who fakes this share is met once, with 95 %.

    n = ⌈ln(1 − caught) / ln(1 − faked)⌉; raises ValueError outside 0 < faked < 1.
    """
    if not 0.0 < faked < 1.0:
        raise ValueError("a share between 0 and 1")
    return math.ceil(math.log(1.0 - caught) / math.log(1.0 - faked) - 1e-9)
