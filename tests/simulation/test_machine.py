"""The same moves, chosen by Hypothesis: it looks where a seed would not, and shortens by itself."""

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.simulation.moves import ON_THE_ROAD, Kind, Move
from tests.simulation.play import Play
from tests.simulation.road import Fault
from tests.simulation.server import Server

PHONES = 4
places = st.integers(0, PHONES - 1)
picks = st.integers(0, 2**20)
spans = st.sampled_from((1, 60, 1440))
QUIET = tuple(kind for kind in Kind if kind not in ON_THE_ROAD)


class Township(RuleBasedStateMachine):
    """One story; its promises are judged when it ends."""

    stage: ClassVar[Server]

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(self.stage, PHONES)

    @initialize()
    def everybody_begins(self) -> None:
        for place in range(PHONES):
            self.play.step(Move(Kind.SYNC, place, 0, 1))

    @rule(place=places, pick=picks, span=spans)
    def somebody_visits(self, place: int, pick: int, span: int) -> None:
        self.play.step(Move(Kind.VISIT, place, pick, span))

    @rule(place=places, pick=picks, span=spans)
    def somebody_mends(self, place: int, pick: int, span: int) -> None:
        self.play.step(Move(Kind.MEND, place, pick, span))

    @rule(
        kind=st.sampled_from(ON_THE_ROAD), place=places, span=spans,
        fault=st.sampled_from(Fault), strike=st.integers(0, 2),
    )  # fmt: skip
    def somebody_syncs(self, kind: Kind, place: int, span: int, fault: Fault, strike: int) -> None:
        self.play.step(Move(kind, place, 0, span, fault, strike))

    @rule(kind=st.sampled_from(QUIET), place=places, pick=picks, span=spans)
    def something_happens(self, kind: Kind, place: int, pick: int, span: int) -> None:
        self.play.step(Move(kind, place, pick, span))

    def teardown(self) -> None:
        try:
            self.play.heal(workers=False)
            found = self.play.judge()
            assert not found, "\n".join([*self.play.told, *map(str, found)])
        finally:
            self.play.close()


def run(stage: Server, examples: int, steps: int) -> None:
    machine: Any = type("At", (Township,), {"stage": stage})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
        database=None, suppress_health_check=checks,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=how)


def test_hypothesis_finds_no_broken_promise_in_a_few_stories(sqlite_stage: Server) -> None:
    run(sqlite_stage, 8, 14)


@pytest.mark.long
def test_hypothesis_finds_no_broken_promise_in_many_stories(stage: Server) -> None:
    run(stage, 150 if stage.kind == "sqlite" else 30, 40)
