"""The checks as the server runs them, each visit when it comes, and then the whole township.

Answers that contradict each other (rules R and F of the form) are another matter and left out.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.evidence.lab import Lab
from benchmarks.evidence.visits import ZONE
from devices.township import TOWNSHIP
from verify import batch, pipeline
from verify.album import Album
from verify.finding import Found

TZ = "Asia/Shanghai"
ANSWERS = "answers"


@dataclass
class Told:
    """What was found of each visit, and how many seconds each step took."""

    found: dict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def rules(self, rec: str) -> frozenset[str]:
        return frozenset(f.rule for f in self.found.get(rec, ()))


def judged(lab: Lab) -> Told:
    told, photos = Told(), Album()
    for rec, visit in lab.visits.items():
        version = lab.here.take_in(visit)
        began = time.monotonic()
        told.found[rec] += accepted(lab, rec, version)
        done = time.monotonic()
        told.found[rec] += completed(lab, rec, version, photos)
        told.seconds["accepted"] += done - began
        told.seconds["complete"] += time.monotonic() - done
    began = time.monotonic()
    for rec, found in at_night(lab):
        if rec in lab.visits:
            told.found[rec].append(found)
    told.seconds["night"] += time.monotonic() - began
    return told


def accepted(lab: Lab, rec: str, version: int) -> list[Found]:
    """What follows `visit.accepted`: place, clock …"""
    with lab.here.sessions() as session:
        results = pipeline.on_accepted(session, lab.here.keys, [(rec, version)], TZ)
    return _found(results)


def completed(lab: Lab, rec: str, version: int, photos: Album) -> list[Found]:
    """What follows `visit.complete`: photos."""
    with lab.here.sessions() as session:
        result = pipeline.on_complete(session, lab.here.keys, rec, version, TZ, photos)
    return _found([result] if result else [])


def at_night(lab: Lab) -> Sequence[tuple[str, Found]]:
    """What the nightly run says after the month's last day."""
    asof = max(visit.leave for visit in lab.visits.values()) + timedelta(days=15)
    with lab.here.sessions() as session:
        return batch.run(session, TOWNSHIP, asof.astimezone(ZONE)).found


def _found(results: Iterable[pipeline.Result]) -> list[Found]:
    return [
        found
        for result in results
        for family, judgement in result.judgements.items()
        if family != ANSWERS
        for found in judgement.found
    ]
