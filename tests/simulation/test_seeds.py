"""Seeded stories over the real code: every promise is kept, and a broken one is told shortly."""

import subprocess
import sys

import pytest

from tests.house.trees import ROOT
from tests.simulation.moves import Kind, story
from tests.simulation.play import play
from tests.simulation.runs import chapters, failed
from tests.simulation.server import Server

FEW = {"sqlite": 16, "postgresql": 4}
MANY = {"sqlite": 200, "postgresql": 60}


def test_every_promise_is_kept_for_a_few_seeds(stage: Server) -> None:
    for seed in range(FEW[stage.kind]):
        found, told = play(stage, story(seed), chapters(seed))
        assert not found, "\n".join([f"seed {seed}", *told, *map(str, found)])


@pytest.mark.long
def test_every_promise_is_kept_for_many_seeds(stage: Server) -> None:
    for seed in range(1000, 1000 + MANY[stage.kind]):
        found, _ = play(stage, story(seed), chapters(seed))
        assert not found, failed(stage, seed, found, stage.kind, False).told


def test_a_seed_is_the_same_story_every_time(sqlite_stage: Server) -> None:
    assert story(3) == story(3) and story(3) != story(4)
    one, other = (play(sqlite_stage, story(3))[1] for _ in range(2))
    assert one == other


@pytest.mark.long
def test_every_kind_of_move_comes_to_pass(sqlite_stage: Server) -> None:
    """A move that never applies would prove nothing."""
    wanted = {
        Kind.TRESPASS: "never was theirs", Kind.RESTORE: "is restored", Kind.AGAIN: "again",
        Kind.CHECK: "asks first", Kind.DEPART: "loses every role", Kind.BACKUP: "(archive)",
        Kind.FINISH: "confirms",
    }  # fmt: skip
    words = [w for seed in range(60, 100) for w in play(sqlite_stage, story(seed))[1]]
    missing = [kind for kind, part in wanted.items() if not any(part in w for w in words)]
    assert missing == []


def test_a_failing_story_is_told_by_its_shortest_form(
    sqlite_stage: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A promise that nobody can keep: no op is ever in the register."""
    monkeypatch.setattr("tests.simulation.play.promises.PROMISES", {2: Impossible})
    found, _ = play(sqlite_stage, story(7))
    told = failed(sqlite_stage, 7, found, "sqlite", False).told
    assert "python -m devices.simulate --from 7 --seeds 1 --database sqlite" in told
    assert len([line for line in told.splitlines() if "finishes" in line]) == 1
    assert told.count("\n") < 8


class Impossible:
    """As a promise is: words, and where it was broken."""

    words = "nobody ever says anything"

    @staticmethod
    def broken(case: "object") -> list[str]:
        return [str(name) for name in case.play.ledger.acknowledged][:1]  # type: ignore[attr-defined]


def test_the_command_plays_a_seed_and_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "devices.simulate", "--seeds", "1", "--from", "2", "--verbose"],
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seed 2" in done.stdout and "0 failed" in done.stdout
