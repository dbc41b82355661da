"""Dated figures: what holds on a day, and in a place."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from store import parameters
from store.db import begin_write

Sessions = sessionmaker[Session]
LINE = {"value": 8000, "places": {"51": 7800, "513222": 8200}}


@pytest.fixture
def known(sessions: Sessions) -> Sessions:
    with sessions() as session:
        begin_write(session)
        parameters.put(session, "line", "2020-01-01", 4000, {})
        parameters.put(session, "line", "2026-01-01", parameters.stored(LINE), {})
        parameters.put(session, "apart", "2020-01-01", {"village": 100, "scattered": 300}, {})
        session.commit()
    return sessions


@pytest.mark.parametrize(
    ("day", "place", "line"),
    [
        ("2025-12-31", "513222100200", 4000),
        ("2026-01-01", "", 8000),
        ("2026-01-01", "620102001000", 8000),
        ("2026-01-01", "510100001000", 7800),
        ("2026-01-01", "513222100200", 8200),
    ],
)
def test_the_longest_code_that_the_area_begins_with_counts(
    known: Sessions, day: str, place: str, line: int
) -> None:
    with known() as session:
        assert parameters.as_of(session, day, place)["line"] == line


def test_a_figure_of_several_parts_is_no_figure_by_place(known: Sessions) -> None:
    with known() as session:
        told = parameters.as_of(session, "2026-01-01", "513222")["apart"]
    assert told == {"village": 100, "scattered": 300}


def test_what_a_pack_says_of_a_place_is_what_is_kept() -> None:
    assert parameters.stored({"value": 5}) == 5
    assert [parameters.held(LINE, place) for place in ("", "51", "513222")] == [8000, 7800, 8200]
