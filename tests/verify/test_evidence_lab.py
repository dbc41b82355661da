"""A tiny evidence lab: each kind of staged visit in it is seen by its rule, honest ones are not.

The full lab with its figures is `make bench-evidence`.
"""

from itertools import combinations

import pytest

from benchmarks.evidence.album import Album
from benchmarks.evidence.figures import BY_NAME, Seen, Totals, lines, recall
from benchmarks.evidence.judge import judged
from benchmarks.evidence.kinds import KINDS
from benchmarks.evidence.lab import Size, lab
from benchmarks.evidence.place import place
from benchmarks.evidence.visits import FRONT, HONEST, MONTH, phones, year
from forms.pack import Pack
from media.inspect import look
from media.prints import Verdict, same
from verify.catalogue import CATALOGUE

TINY = Size(households=30, villages=1, single=1, groups=1, photo=(440, 330))
STAGED = (
    "photo reused as it is",
    "photo from the gallery",
    "dark photo",
    "visit far from the house",
    "filled in at a desk",
    "copied notes",
    "copied, 10 % changed",
    "changed and changed back",
)


@pytest.fixture(scope="module")
def seen(pack: Pack) -> list[Seen]:
    with lab(1, [BY_NAME[name] for name in STAGED], TINY, pack) as made:
        told = judged(made)
        return [Seen(visit.kind, told.rules(rec)) for rec, visit in made.visits.items()]


@pytest.mark.parametrize("name", STAGED)
def test_what_is_staged_is_seen_by_its_own_rule(seen: list[Seen], name: str) -> None:
    staged = [visit for visit in seen if visit.kind == name]
    assert len(staged) == BY_NAME[name].together and recall(staged) == 1, staged


def test_honest_visits_are_left_in_peace(seen: list[Seen]) -> None:
    honest = [visit for visit in seen if visit.honest]
    assert len(honest) >= 10 and [visit for visit in honest if visit.wrongly] == []


def test_one_seed_is_one_township() -> None:
    def made(seed: int) -> list[object]:
        where = place(seed, 30, 2)
        walks = year(where, phones(where, seed), MONTH, seed)
        return [where, [(v.key, v.arrive, v.minutes, v.fix) for v in walks]]

    assert made(1) == made(1) != made(2)


def test_an_estate_has_houses_of_one_model_that_are_not_one_photo() -> None:
    where = place(2, 60, 3)
    walks = year(where, phones(where, 2), MONTH, 2)
    album = Album(where, 2, (320, 240))
    album.know({visit.key: visit for visit in walks})
    alike = [v for v in walks if where.sites[v.home.hh_code].model == "estate2" and v.shots][:3]
    prints = [look(album.data(visit, FRONT)).prints for visit in alike]
    assert len(prints) == 3
    assert all(same(a, b).verdict is not Verdict.SAME for a, b in combinations(prints, 2))


def test_figures_count_what_a_rule_said_and_of_whom() -> None:
    reuse, meeting = "photo reused as it is", "meeting at the village hall"
    told = Totals(
        [
            Seen(reuse, frozenset({"D01"})),
            Seen(reuse, frozenset({"D08"})),
            Seen(HONEST, frozenset()),
            Seen(meeting, frozenset({"D08"})),
        ]
    )
    table = [line.split() for line in lines(told, ["D01", "D08"])]
    assert ["photo", "reused", "as", "it", "is", "2", "50%", "95%", "100%", "D01"] in table
    assert ["D01", "1000", "0.0"] not in table and ["D01", "2", "50%", "0.0", "100%", "1"] in table
    assert ["D08", "0", "–", "500.0", "50%", "2"] in table


def test_every_rule_that_is_expected_and_exists_is_in_the_catalogue() -> None:
    known = {check.rule for check in CATALOGUE}
    assert {rule for kind in KINDS for rule in kind.rules} <= known | {"D02", "D04", "D05"}
