"""Repeats in repeats under the merge: any order of arrival keeps what everybody said."""

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.merge import Edit
from tests.kit import chance
from tests.sync.test_merge import DEVICES, Server, begun, found

assert chance
PLOT = "plots[aaaaaaaa]"
YEAR, OTHER = f"{PLOT}/years[bbbbbbbb]", f"{PLOT}/years[cccccccc]"
HELPER = f"{YEAR}/helpers[dddddddd]"
ROWS = (PLOT, YEAR, OTHER, HELPER)
START = {f"{row}/x": 0 for row in ROWS} | {"plots[eeeeeeee]/x": 0, "a": 0}
FRESH = (f"{PLOT}/years[ffffffff]/x", f"{YEAR}/helpers[gggggggg]/x")
VALUES = st.integers(1, 9)
written = st.dictionaries(st.sampled_from([*START, *FRESH]), VALUES, min_size=1, max_size=3)
taken = st.lists(st.sampled_from(ROWS), min_size=1, max_size=2, unique=True)
edit = st.one_of(
    st.tuples(written, st.just(())), st.tuples(st.just({}), taken.map(tuple))
)  # fmt: skip


def pushed(lines: list[tuple[str, dict[str, Any], tuple[str, ...]]]) -> Server:
    """Edits that all began from version 1, each by a device of its own."""
    server = begun(**START)
    for device, values, gone in lines:
        server.push(Edit(device, 1, 1, values, gone))
    return server


def kept(server: Server, path: str) -> list[Any]:
    """Every value of a path: standing, waiting by itself, or waiting with its row."""
    rows = [c.waiting[path] for c in server.clashes if c.waiting and path in _mapping(c.waiting)]
    return server.said(path) + rows


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


@given(st.lists(edit, min_size=2, max_size=4))
def test_in_any_order_everything_written_is_still_to_be_found(lines: list[Any]) -> None:
    told = [(device, *line) for device, line in zip(DEVICES, lines, strict=False)]
    for order in permutations(told):
        server = pushed(list(order))
        for _, values, _ in told:
            for path, value in values.items():
                assert found(kept(server, path), value), (order, path)


@given(st.lists(edit, min_size=2, max_size=4))
def test_in_any_order_a_row_is_gone_only_where_nobody_else_wrote_in_it(lines: list[Any]) -> None:
    told = [(device, *line) for device, line in zip(DEVICES, lines, strict=False)]
    for order in permutations(told):
        server = pushed(list(order))
        for row in ROWS:
            stands = any(server.state.under(row))
            deleted = any(_within(row, gone) for _, _, gones in told for gone in gones)
            waits = any(_within(c.path, row) or _within(row, c.path) for c in server.clashes)
            wrote = any(_within(path, row) for _, values, _ in told for path in values)
            assert stands or deleted
            assert waits or not (deleted and wrote)


def _within(path: str, row: str) -> bool:
    return path == row or path.startswith(f"{row}/")


@given(st.permutations(range(4)), st.data())
def test_edits_apart_from_each_other_come_to_the_same_in_any_order(
    order: list[int], data: st.DataObject
) -> None:
    told = [
        ("d1", {f"{PLOT}/x": data.draw(VALUES)}, ()),
        ("d2", {f"{HELPER}/x": data.draw(VALUES), FRESH[1]: 5}, ()),
        ("d3", {}, (OTHER,)),
        ("d4", {FRESH[0]: data.draw(VALUES)}, ()),
    ]  # fmt: skip
    one, other = pushed(told), pushed([told[i] for i in order])
    assert one.state.values == other.state.values
    assert not one.clashes and not other.clashes


@given(st.permutations(range(3)))
def test_taking_away_an_inner_row_its_outer_row_and_both_is_no_quarrel(order: list[int]) -> None:
    told = [("d1", {}, (YEAR,)), ("d2", {}, (PLOT,)), ("d3", {}, (HELPER, OTHER))]
    server = pushed([told[i] for i in order])
    assert server.state.values == {"plots[eeeeeeee]/x": 0, "a": 0} and not server.clashes


@given(st.lists(edit, min_size=1, max_size=5), st.booleans())
def test_one_phone_alone_never_conflicts_over_its_rows(lines: list[Any], pulled: bool) -> None:
    server = begun(**START)
    for n, (values, gone) in enumerate(lines):
        base = server.state.version if pulled else 1
        assert not server.push(Edit("author", n + 2, base, values, gone)).clashes
