"""The lab's figures: per kind of staged visit, per rule, and for honest visits as a whole."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.evidence.kinds import CLOCK, ESTATE, GCJ02, KINDS, VALLEY, Kind
from benchmarks.evidence.visits import HONEST

ALL = (*KINDS, GCJ02, CLOCK, ESTATE, VALLEY)
BY_NAME = {kind.name: kind for kind in ALL}
NOTICES = frozenset({"D07", "D09", "D29"})
"""Rules that doubt nobody: a photo to take again, a setting, a clock."""
REUSE, DESK, COPIED = "photo", "filled in", "copied,"
FLAGGED_GOAL = 0.01


@dataclass
class Seen:
    """One visit: how it was made, and the rules that spoke of it."""

    kind: str
    rules: frozenset[str]
    group: tuple[int, int] = (0, 0)
    """(township, staged group in it)"""

    @property
    def honest(self) -> bool:
        return self.kind == HONEST or BY_NAME[self.kind].innocent

    @property
    def expected(self) -> frozenset[str]:
        return frozenset() if self.kind == HONEST else BY_NAME[self.kind].rules

    @property
    def wrongly(self) -> frozenset[str]:
        """Rules that spoke of an honest visit, but for what is true of it."""
        return self.rules - self.expected if self.honest else frozenset()


@dataclass
class Totals:
    """Several townships together."""

    seen: list[Seen] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)

    def of(self, kind: str) -> list[Seen]:
        return [each for each in self.seen if each.kind == kind]


def lines(totals: Totals, ran: Iterable[str]) -> Iterator[str]:
    """`ran`: the rules that were there to speak."""
    yield from _kinds(totals, frozenset(ran))
    yield ""
    yield from _rules(totals)
    yield ""
    yield from _innocent(totals)
    yield ""
    yield from _goals(totals)
    yield ""
    yield "seconds  " + ", ".join(f"{n} {s:.1f}" for n, s in sorted(totals.seconds.items()))


def _kinds(totals: Totals, ran: frozenset[str]) -> Iterator[str]:
    yield f"{'staged':<36}{'visits':>7}{'seen':>8}{'goal':>7}{'by any':>8}  expected"
    for kind in KINDS:
        made = totals.of(kind.name)
        if kind.innocent or not made:
            continue
        told = "+".join(sorted(kind.rules))
        goal = f"{kind.goal:.0%}" if kind.goal else "–"
        seen = f"{recall(made):.0%}" if kind.rules & ran else "no rule"
        yield (
            f"{kind.name:<36}{len(made):>7}{seen:>8}{goal:>7}"
            f"{sum(bool(v.rules) for v in made) / len(made):>8.0%}  {told}"
        )


def recall(made: Sequence[Seen], rule: str = "") -> float:
    """The share that a rule meant for it spoke of; of groups where one finding is enough."""
    met: dict[object, bool] = {}
    for at, visit in enumerate(made):
        key = (visit.kind, visit.group) if BY_NAME[visit.kind].once else at
        wanted = {rule} if rule else visit.expected
        met[key] = met.get(key, False) or bool(visit.rules & wanted)
    return sum(met.values()) / max(1, len(met))


def _rules(totals: Totals) -> Iterator[str]:
    honest = [v for v in totals.seen if v.honest]
    yield f"{'rule':<8}{'planted':>8}{'recall':>8}{'false/1000':>12}{'precision':>11}{'flagged':>9}"
    spoken = {rule for v in totals.seen for rule in v.rules | v.expected}
    for rule in sorted(spoken):
        meant = [v for v in totals.seen if not v.honest and rule in v.expected]
        wrong = sum(rule in v.wrongly for v in honest)
        flagged = [v for v in totals.seen if rule in v.rules]
        right = sum(rule not in v.wrongly for v in flagged)
        found = f"{recall(meant, rule):.0%}" if meant else "–"
        precision = f"{right / len(flagged):.0%}" if flagged else "–"
        yield (
            f"{rule:<8}{len(meant):>8}{found:>8}{1000 * wrong / max(1, len(honest)):>12.1f}"
            f"{precision:>11}{len(flagged):>9}"
        )


def _innocent(totals: Totals) -> Iterator[str]:
    yield f"{'honest':<36}{'visits':>7}{'flagged':>9}  by"
    for name in (HONEST, *(k.name for k in ALL if k.innocent)):
        made = totals.of(name)
        rules: Counter[str] = Counter(rule for v in made for rule in v.wrongly)
        told = ", ".join(f"{rule} {n}" for rule, n in rules.most_common())
        if made:
            share = sum(bool(v.wrongly) for v in made) / len(made)
            yield f"{name:<36}{len(made):>7}{share:>9.1%}  {told}"


def _goals(totals: Totals) -> Iterator[str]:
    groups: dict[str, list[Seen]] = defaultdict(list)
    for kind in KINDS:
        if kind.goal:
            groups[next(g for g in (REUSE, DESK, COPIED) if _in(kind, g))] += totals.of(kind.name)
    for name, goal in ((REUSE, 0.95), (DESK, 0.9), (COPIED, 0.9)):
        share = recall(groups[name])
        verdict = "reached" if share >= goal else "MISSED"
        told = f"{share:.1%} of {len(groups[name])} {verdict}"
        yield f"goal: staged “{name} …” seen ≥ {goal:.0%}: {told}"
    honest = [v for v in totals.seen if v.honest]
    doubted = sum(bool(v.wrongly - NOTICES) for v in honest) / max(1, len(honest))
    share = sum(bool(v.wrongly) for v in honest) / max(1, len(honest))
    verdict = "reached" if share <= FLAGGED_GOAL else "MISSED"
    yield (
        f"goal: honest visits flagged ≤ {FLAGGED_GOAL:.0%}: {share:.2%} of {len(honest)} {verdict} "
        f"({doubted:.2%} without {', '.join(sorted(NOTICES))})"
    )


def _in(kind: Kind, group: str) -> bool:
    """Which of the three goals a kind counts for."""
    return group in kind.name
