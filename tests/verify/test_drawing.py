"""The draw: everybody once, half by chance alone, the rest by risk, and the same for everybody."""

import math

import pytest

from verify.drawing import Drawn, Line, digest, draw, frame_of, needed, share, text_of, weight


def frame(cadres: int, each: int, risky: int = 0) -> list[Line]:
    """Visits of so many cadres; the first `risky` of each have the largest weight."""
    return [
        Line(f"v{c:02}-{n:02}", str(c), weight(1.0 if n < risky else 0.0))
        for c in range(cadres)
        for n in range(each)
    ]


def ways(drawn: list[Drawn]) -> dict[str, int]:
    return {way: sum(one.way == way for one in drawn) for way in ("floor", "risk")}


def test_every_cadre_is_drawn_and_half_by_chance_alone() -> None:
    lines = frame(6, 10, risky=2)
    drawn = draw("seed", lines, 20)
    strata = {line.rec: line.stratum for line in lines}
    assert {strata[one.rec] for one in drawn} == {str(n) for n in range(6)}
    assert ways(drawn) == {"floor": 10, "risk": 10} and len({d.rec for d in drawn}) == 20


def test_a_small_draw_grows_until_every_cadre_is_in_it() -> None:
    assert ways(draw("seed", frame(7, 3), 2)) == {"floor": 7, "risk": 0}
    assert len(draw("seed", frame(2, 3), 50)) == 6 and draw("seed", [], 5) == []


def test_the_same_seed_draws_the_same_in_whatever_order_the_frame_stands() -> None:
    lines = frame(4, 8)
    assert draw("a", lines, 10) == draw("a", lines[::-1], 10) != draw("b", lines, 10)


def test_risky_visits_are_drawn_five_times_as_often() -> None:
    """Of 2,000 draws of one by risk among equals, weight 5 beside nine of weight 1: 5/14."""
    lines = [Line("r", "0", weight(1.0)), *(Line(f"c{n}", "0", weight(0.0)) for n in range(9))]
    seeds = range(2000)
    keys = [
        min(lines, key=lambda x, s=seed: -math.log(share(str(s), "risk", x.rec)) / x.weight).rec
        for seed in seeds
    ]
    assert keys.count("r") / len(keys) == pytest.approx(5 / 14, abs=0.035)


def test_a_frame_is_committed_to_as_text_and_read_back() -> None:
    lines = frame(2, 2, risky=1)
    assert frame_of(text_of(lines[::-1])) == lines
    assert digest(text_of(lines)) == digest(text_of(lines[::-1]))
    assert digest("seed") == "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"


@pytest.mark.parametrize(
    ("faked", "visits"), [(0.05, 59), (0.1, 29), (0.2, 14), (0.3, 9), (0.5, 5), (0.95, 1)]
)
def test_how_many_are_enough(faked: float, visits: int) -> None:
    assert needed(faked) == visits


@pytest.mark.parametrize("faked", [0.0, 1.0, -0.1])
def test_no_number_is_enough_where_nothing_or_everything_is_made_up(faked: float) -> None:
    with pytest.raises(ValueError, match="between"):
        needed(faked)
