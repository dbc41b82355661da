"""The list as a query: in the register's order, by keys, the same on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session, sessionmaker

from forms.pack import Pack
from reports import households
from reports.households import NOT_VISITED, Filter
from store import clock, ids
from store.db import begin_snapshot, begin_write
from sync.push import push
from tests.kit import ops
from tests.kit.cast import EAST, TOWNSHIP, WEST, Cast, place

Sessions = sessionmaker[Session]


def visit(sessions: Sessions, cast: Cast, name: str, unit: str, outcome: str, head: str) -> None:
    values = {"household": unit, "door/outcome": outcome, "people/head_name": head}
    with sessions() as session:
        begin_write(session)
        device = cast.devices[name]
        batch = ops.batch(device, ops.op(ids.new(), values=values))
        push(session, cast.keys, cast.who(session, name), batch, clock.now())
        session.commit()


def many(sessions: Sessions, count: int) -> list[str]:
    with sessions() as session:
        begin_write(session)
        made = [place(session, EAST, None) for _ in range(count)]
        session.commit()
    return made


def walk(sessions: Sessions, cast: Cast, name: str, limit: int, wanted: Filter) -> list[str]:
    """Every unit, page by page."""
    found: list[str] = []
    after: int | None = None
    with sessions() as session:
        begin_snapshot(session)
        while True:
            shown = households.page(
                session, cast.who(session, name), wanted, "zh", after, limit=limit
            )
            found += [row.unit for row in shown.rows]
            after = shown.next
            if after is None:
                return found


def test_pages_of_any_size_give_every_household_once(sessions: Sessions, cast: Cast) -> None:
    made = many(sessions, 6)
    for limit in (1, 3, 4, 7, 8, 100):
        assert walk(sessions, cast, "dora", limit, Filter()) == [cast.unit, *made, cast.other_unit]
        assert walk(sessions, cast, "vera", limit, Filter()) == [cast.unit, *made]


def test_a_page_goes_on_though_its_last_line_was_narrowed_away(
    sessions: Sessions, cast: Cast
) -> None:
    made = many(sessions, 3)
    with sessions() as session:
        begin_snapshot(session)
        who = cast.who(session, "dora")
        first = households.page(session, who, Filter(), "zh", limit=2)
        rest = households.page(session, who, Filter(village=EAST), "zh", first.next)
    assert [row.unit for row in rest.rows] == made[1:]


def test_a_visit_counts_by_its_state_and_outcome(sessions: Sessions, cast: Cast) -> None:
    visit(sessions, cast, "alice", cast.unit, "nobody_home", "Wang")
    with sessions() as session:
        begin_snapshot(session)
        who = cast.who(session, "dora")
        counts = households.counts(session, who, Filter(state="approved"))
        narrowed = households.counts(session, who, Filter(village=WEST))
        [row] = households.page(session, who, Filter(state="away"), "zh").rows
    assert counts == {NOT_VISITED: 1, "away": 1, "received": 0, "returned": 0, "approved": 0}
    assert narrowed[NOT_VISITED] == 1 and sum(narrowed.values()) == 1
    assert (row.unit, row.head, row.visitor, row.cadres) == (
        cast.unit, "Wang", "Alice", ("Alice",),
    )  # fmt: skip


def test_names_are_found_in_any_case_and_any_script(sessions: Sessions, cast: Cast) -> None:
    visit(sessions, cast, "alice", cast.unit, "met", "王 Fu_1")
    for text in ("王", "fu", "FU_", "_1"):
        assert walk(sessions, cast, "dora", 10, Filter(text=text)) == [cast.unit], text
    for text in ("张", "fux", "hh_code", "met", "%", "set"):
        assert walk(sessions, cast, "dora", 10, Filter(text=text)) == [], text


def test_a_filter_never_widens_what_somebody_sees(sessions: Sessions, cast: Cast) -> None:
    charlie = cast.users["charlie"]
    for wanted in (Filter(village=WEST), Filter(cadre=charlie), Filter(village="'; --")):
        assert walk(sessions, cast, "alice", 10, wanted) == []
        assert walk(sessions, cast, "vera", 10, wanted) == []
    assert walk(sessions, cast, "alice", 10, Filter(village=TOWNSHIP)) == [cast.unit]


def test_choices_of_the_filters_are_those_in_reach(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_snapshot(session)
        dora, vera = cast.who(session, "dora"), cast.who(session, "vera")
        assert [a.code for a in households.villages(session, dora)] == [EAST, WEST]
        assert [a.code for a in households.villages(session, vera)] == [EAST]
        assert [name for _, name in households.cadres(session, dora)] == ["Alice", "Charlie"]
        assert [name for _, name in households.cadres(session, vera)] == ["Alice"]


def test_somebody_without_grants_sees_nothing(sessions: Sessions, cast: Cast, pack: Pack) -> None:
    with sessions() as session:
        begin_snapshot(session)
        nobody = replace(cast.who(session, "alice"), grants=())
        assert households.page(session, nobody, Filter(), "zh").rows == ()
        assert sum(households.counts(session, nobody, Filter()).values()) == 0


def test_everything_comes_in_pieces_and_whole(
    sessions: Sessions, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = many(sessions, 5)
    monkeypatch.setattr(households, "CHUNK", 2)
    with sessions() as session:
        begin_snapshot(session)
        rows = list(households.every(session, cast.who(session, "dora"), Filter(), "en"))
    assert [row.unit for row in rows] == [cast.unit, *made, cast.other_unit]
    assert {row.village for row in rows} == {"Dongpo Village", "Xiling Village"}
