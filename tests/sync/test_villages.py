"""What is said of a village: kept, seen by who works there, and nobody else's."""

import orjson

from store import areas, ids
from store.records import Quarantine
from sync import scope
from tests.kit import ops
from tests.kit.cast import EAST, WEST, Cast
from tests.kit.syncing import Sessions, count, fetch, ids_of, row, send, take_role
from tests.sync.test_reconcile import ask

FORM = {"form": "village_base", "form_v": "2026.2"}


def told(village: str, **more: object) -> dict[str, object]:
    return ops.op(ids.new(), values={"village": village, "base/people": 900} | more, **FORM)


def test_a_village_form_is_kept_with_its_village(sessions: Sessions, cast: Cast) -> None:
    for name in ("alice", "bob", "dora"):
        [line] = send(sessions, cast, name, op := told(EAST))
        assert line["result"] == "applied" and "entities" not in line
        kept = row(sessions, op["rec"])
        assert (kept.unit, kept.area) == (areas.unit_of(EAST), EAST)


def test_its_author_gets_it_down_and_the_neighbour_does_not(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, "dora", op := told(WEST))
    assert op["rec"] in ids_of(fetch(sessions, cast, "dora"))
    assert op["rec"] not in ids_of(fetch(sessions, cast, "charlie"))


def test_another_village_or_none_is_set_aside(sessions: Sessions, cast: Cast) -> None:
    lines = send(sessions, cast, "alice", told(WEST), told("9" * 12), told("x"), told(""))
    whys = [line["why"] for line in lines]
    assert whys == ["out_of_scope", "unit_missing", "unit_missing", "unit_missing"]
    assert count(sessions, Quarantine) == 4


def test_who_left_the_village_still_sends_what_was_filled_in(
    sessions: Sessions, cast: Cast
) -> None:
    send(sessions, cast, "bob", told(EAST))
    page = fetch(sessions, cast, "bob")
    take_role(sessions, cast, "bob")
    [line] = send(sessions, cast, "bob", told(EAST))
    assert line["late"] is True
    assert areas.unit_of(EAST) in fetch(sessions, cast, "bob", page.cursor).drop


def test_a_phones_copy_of_a_village_is_held_against_the_server(
    sessions: Sessions, cast: Cast
) -> None:
    send(sessions, cast, "alice", op := told(EAST))
    cursor = fetch(sessions, cast, "alice").cursor
    unit = areas.unit_of(EAST)
    for held, records, forget in (
        ({op["rec"]: 1}, [], []),
        ({}, [op["rec"]], []),
        ({op["rec"]: 1, (ghost := ids.new()): 1}, [], [ghost]),
    ):
        mend = ask(sessions, cast, "alice", cursor, held={unit: held})
        ours = [row["id"] for row in map(orjson.loads, mend.records) if row["id"] == op["rec"]]
        assert (ours, mend.forget) == (records, forget)


def test_of_areas_only_those_are_told_of_which_something_was_said(
    sessions: Sessions, cast: Cast
) -> None:
    def told_of() -> list[str]:
        with sessions() as session:
            query = scope.units(cast.who(session, "dora"))
            return [unit for unit in session.scalars(query) if areas.is_unit(unit)]

    assert told_of() == []
    send(sessions, cast, "alice", told(EAST))
    assert told_of() == [areas.unit_of(EAST)]
