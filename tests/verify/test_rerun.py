"""A past month with other figures: the difference by rule, and not one row written."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from store import clock
from store.db import begin_snapshot
from store.errors import Invalid
from tests.kit.cast import Cast
from tests.verify.acts import TZ, accept, approved, everything, fix, visited
from tests.verify.test_geo import HOUSE
from verify.geo import Point
from verify.rerun import Difference, Line, compare, days_of, figures_of

Sessions = sessionmaker[Session]


def difference(sessions: Sessions, cast: Cast, *words: str, most: int | None = None) -> Difference:
    month = clock.local_day(clock.now(), TZ).isoformat()[:7]
    with sessions() as session:
        begin_snapshot(session)
        return compare(session, cast.keys, month, figures_of(words), TZ, most=most)


def of_place(told: Difference) -> Line:
    return next(line for line in told.lines if line.rule == "D08")


def test_other_limits_show_what_they_would_have_found(sessions: Sessions, cast: Cast) -> None:
    approved(sessions, cast, cast.unit)
    far = fix(Point(HOUSE.lat + 0.0018, HOUSE.lon))  # about 200 m
    near = fix(Point(HOUSE.lat + 0.0005, HOUSE.lon))
    away, here = (visited(sessions, cast, fix=at) for at in (far, near))
    for rec in (away, here):
        accept(sessions, cast, rec)
    before = everything(sessions)
    line = of_place(difference(sessions, cast, "anchor_distance_m.village=250"))
    assert (line.before, line.after, line.gained, line.lost) == (1, 0, (), (away,))
    line = of_place(difference(sessions, cast, "anchor_distance_m.village=10"))
    assert (line.before, line.after, line.gained, line.lost) == (1, 2, (here,), ())
    assert everything(sessions) == before


def test_the_latest_come_first_where_not_all_are_looked_at(sessions: Sessions, cast: Cast) -> None:
    for _ in range(3):
        visited(sessions, cast)
    told = difference(sessions, cast, "photo_minutes=10", most=2)
    assert (told.visits, told.left) == (2, 1)


NIGHTLY = ["night.hour=3", "copied_notes.visits=4", "income_median_z=4", "elder_age=65"]


@pytest.mark.parametrize("words", NIGHTLY)
def test_a_figure_that_only_nightly_checks_use_is_refused(words: str) -> None:
    with pytest.raises(Invalid, match="nightly"):
        figures_of([words])


def test_a_figure_that_a_visits_own_checks_share_with_the_night_is_taken() -> None:
    words = ["filled_elsewhere.least=4", "visit_pace.chars_per_s=8", "phone_households_most=5"]
    assert len(figures_of(words)) == 3


@pytest.mark.parametrize("words", ["nobody=1", "photo_minutes", "photo_minutes=many", "=3"])
def test_a_figure_nobody_knows_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        figures_of([words])


def test_a_month_is_the_offices() -> None:
    assert days_of("2026-12", TZ) == ("2026-11-30T16:00:00.000Z", "2026-12-31T16:00:00.000Z")
    with pytest.raises(Invalid):
        days_of("2026-13", TZ)
