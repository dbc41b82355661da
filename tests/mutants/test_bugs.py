"""Every planted bug is caught by the promise that it breaks; without it the same story is well."""

from collections.abc import Iterator

import pytest

from forms.pack import Pack
from tests.mutants.bugs import BUGS
from tests.mutants.plant import Mutant, planted
from tests.mutants.scenes import told
from tests.simulation.play import play
from tests.simulation.runs import EVERY
from tests.simulation.server import Server, server

SEEDS = 80
"""Stories in which a bug has to show itself at the latest."""
QUICK = {"the last value stands", "a known op moves the feed", "P1 values stand in the document",
         "who set a value is forgotten", "tombstones are not told"}  # fmt: skip
CHAPTERS = {5: ("crossing",), 10: ("clocks",), 12: ("workers",), 13: ("workers",)}


@pytest.fixture(scope="module")
def here(pack: Pack) -> Iterator[Server]:
    with server(pack) as stage:
        yield stage


def caught(here: Server, bug: Mutant) -> int | None:
    """The first seed in which the bug's own promise is broken."""
    assert set(EVERY) >= {name for names in CHAPTERS.values() for name in names}
    chapters = CHAPTERS.get(bug.promise, ())
    with planted(bug):
        for seed in range(SEEDS):
            found, _ = play(here, told(seed, bug.theme), chapters)
            if bug.promise in {breach.number for breach in found}:
                return seed
    return None


def check(here: Server, bug: Mutant) -> None:
    seed = caught(here, bug)
    assert seed is not None, f"nobody noticed that {bug.name}"
    chapters = CHAPTERS.get(bug.promise, ())
    healthy, _ = play(here, told(seed, bug.theme), chapters)
    assert healthy == [], f"without the bug seed {seed} is not well either"


@pytest.mark.parametrize("bug", [b for b in BUGS if b.name in QUICK], ids=lambda bug: bug.name)
def test_a_handful_of_bugs_is_caught_by_name(here: Server, bug: Mutant) -> None:
    check(here, bug)


@pytest.mark.long
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_bug_is_caught_by_name(here: Server, bug: Mutant) -> None:
    check(here, bug)


def test_every_promise_that_one_process_can_break_has_a_bug() -> None:
    assert {bug.promise for bug in BUGS} == set(range(1, 15))
    assert len(BUGS) >= 20 and len({bug.name for bug in BUGS}) == len(BUGS)


def test_every_bug_still_finds_the_words_it_changes(here: Server) -> None:
    for bug in BUGS:
        with planted(bug):
            pass
