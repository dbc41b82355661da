"""The merge, tried on many made-up histories: nothing lost, no false conflict, order no matter."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.definition import Policy, QuestionType
from store.seal import Keyring
from sync.merge import Clash, Edit, Merged, merge
from sync.policy import Rule, Rules, same
from sync.state import RecordState
from tests.kit import chance

assert chance
KEYS = Keyring("merging")
PATHS = ("a", "b", "c", "members[aaaaaaaa]/x", "members[aaaaaaaa]/y", "members[bbbbbbbb]/x")
VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["1", "x", ""]), st.none())
DEVICES = ("d1", "d2", "d3", "d4")
FIRST = Rules({})
TOTAL = Rules({"c": Rule(calculated=True)})


@dataclass
class Server:
    """One record with its conflicts and its history, as push keeps them."""

    rules: Rules = field(default_factory=lambda: FIRST)
    state: RecordState = field(default_factory=lambda: RecordState("r", "submission", "u", "1"))
    clashes: list[Clash] = field(default_factory=list)
    past: list[dict[str, Any]] = field(default_factory=lambda: [{}])

    def push(self, edit: Edit) -> Merged:
        disputed = {clash.path for clash in self.clashes}
        base = self.past[min(edit.base, self.state.version)]
        merged = merge(KEYS, self.state, edit, self.rules, disputed, base.get)
        self.clashes += merged.clashes
        if merged.changed or len(self.past) <= self.state.version:
            self.past.append(dict(self.state.values))
        return merged

    def said(self, path: str) -> list[Any]:
        """Every value of a path that is still to be found: standing or waiting."""
        standing = [self.state.values[path]] if path in self.state.values else []
        return standing + [c.waiting for c in self.clashes if c.path == path]


def begun(rules: Rules = FIRST, **values: Any) -> Server:
    """A record that its author pushed and all have pulled at version 1."""
    server = Server(rules)
    server.push(Edit("author", 1, 0, values or {"a": 0}))
    assert server.state.version == 1
    return server


def found(values: list[Any], value: Any) -> bool:
    return any(same(Rule(), value, other) for other in values)


edits = st.dictionaries(st.sampled_from(PATHS), VALUES, min_size=1, max_size=4)


@given(st.lists(edits, min_size=1, max_size=6), st.booleans())
def test_one_phone_alone_never_conflicts(lines: list[dict[str, Any]], pulled: bool) -> None:
    server = Server()
    for n, values in enumerate(lines):
        base = server.state.version if pulled else 0
        assert not server.push(Edit("d1", n, base, values)).clashes
    last: dict[str, Any] = {}
    for values in lines:
        last |= values
    for path, value in last.items():
        assert same(Rule(), server.state.values.get(path), value)


@given(st.permutations(DEVICES), st.data())
def test_edits_of_different_paths_commute(order: list[str], data: st.DataObject) -> None:
    shares = dict(zip(DEVICES, PATHS[:4], strict=True))
    values = {device: data.draw(VALUES) for device in DEVICES}
    start = {path: data.draw(VALUES) for path in PATHS[:4]}
    outcomes = []
    for sequence in (DEVICES, tuple(order)):
        server = begun(**start)
        for device in sequence:
            edit = Edit(device, 1, 1, {shares[device]: values[device]})
            assert not server.push(edit).clashes
        outcomes.append(server.state.values)
    assert outcomes[0] == outcomes[1]


@given(st.lists(VALUES, min_size=2, max_size=4))
def test_one_path_keeps_the_same_set_of_values_in_any_order(values: list[Any]) -> None:
    told = list(zip(DEVICES, values, strict=False))
    kinds = set()
    for order in permutations(told):
        server = begun(a=0)
        for device, value in order:
            server.push(Edit(device, 1, 1, {"a": value}))
        kept = {repr(v) for v in (*server.said("a"), server.state.values.get("a"))}
        kinds.add(frozenset(kept | {"0"}))
        for _, value in told:
            everything = [*server.said("a"), server.state.values.get("a"), 0]
            assert found(everything, value), (order, value)
    assert len({frozenset(map(loosely, kept)) for kept in kinds}) == 1


def loosely(text: str) -> str:
    return text.replace("'", "")


history = st.lists(
    st.tuples(st.sampled_from(DEVICES), st.integers(0, 6), edits), min_size=1, max_size=8
)


@given(history)
def test_what_somebody_else_said_is_never_overwritten_unseen(
    lines: list[tuple[str, int, dict[str, Any]]],
) -> None:
    server = begun(a=0, b=0)
    for n, (device, base, values) in enumerate(lines, 2):
        base = min(base, server.state.version)
        before = dict(server.state.values)
        setters = {path: server.state.setter(path) for path in PATHS}
        merged = server.push(Edit(device, n, base, values))
        for path in before:
            setter = setters[path]
            unseen = setter is not None and setter.v > base and setter.device != device
            if unseen:
                assert path in server.state.values or path not in values
                assert same(Rule(), server.state.values[path], before[path])
        for path, value in values.items():
            kept = [*server.said(path), server.state.values.get(path), *merged.superseded.values()]
            lost_row = [c.waiting.get(path) for c in merged.clashes if c.kind == "delete"]
            assert found(kept + lost_row, value), (path, value)


@given(history)
def test_the_same_edit_again_changes_nothing(
    lines: list[tuple[str, int, dict[str, Any]]],
) -> None:
    """Op ids stop repeats before they get here; where one slips through, values stay."""
    server = begun(a=0, b=0)
    for n, (device, base, values) in enumerate(lines, 2):
        edit = Edit(device, n, min(base, server.state.version), values)
        server.push(edit)
        before = dict(server.state.values)
        server.push(edit)
        assert server.state.values == before


@given(st.lists(st.integers(0, 9), min_size=2, max_size=4), st.permutations(DEVICES))
def test_totals_never_conflict_in_any_order(totals: list[int], order: list[str]) -> None:
    server = begun(TOTAL, a=0)
    for device, total in zip(order, totals, strict=False):
        merged = server.push(Edit(device, 1, 1, {"c": total}))
        assert not merged.clashes and merged.witness == {"c": total}


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=4), st.sampled_from(["max", "min"]))
def test_max_and_min_end_the_same_in_any_order(values: list[int], policy: str) -> None:
    rules = Rules({"a": Rule(policy=Policy(policy), type=QuestionType.INTEGER)})
    wanted = (max if policy == "max" else min)(values)
    for order in permutations(values):
        server = begun(rules, b=0)
        for device, value in zip(DEVICES, order, strict=False):
            assert not server.push(Edit(device, 1, 1, {"a": value})).clashes
        assert server.state.values["a"] == wanted


words = st.sets(st.sampled_from(["p", "q", "r", "s"]), max_size=4)


@given(words, st.lists(words, min_size=2, max_size=3))
def test_union_ends_the_same_in_any_order(start: set[str], sets: list[set[str]]) -> None:
    rules = Rules({"a": Rule(policy=Policy.UNION, type=QuestionType.SELECT_MULTIPLE)})
    ends = set()
    for order in permutations(sets):
        server = begun(rules, a=" ".join(sorted(start)), b=0)
        for device, choices in zip(DEVICES, order, strict=False):
            server.push(Edit(device, 1, 1, {"a": " ".join(sorted(choices))}))
        value = server.state.values.get("a", "")
        ends.add(frozenset(value.split() if isinstance(value, str) else value))
    added = set().union(*sets) - start
    gone = {word for word in start if any(word not in choices for choices in sets)}
    assert ends == {frozenset((start - gone) | added)}


CASES: dict[str, Callable[[Server], Merged]] = {
    "latest": lambda s: s.push(Edit("d2", 1, 1, {"a": "two"})),
    "append": lambda s: s.push(Edit("d2", 1, 1, {"a": "two"})),
    "office": lambda s: s.push(Edit("d2", 1, 1, {"a": "two"}, office=True)),
    "first": lambda s: s.push(Edit("d2", 1, 1, {"a": "two"}, office=True)),
}
STANDS = {"latest": "two", "append": "one\ntwo", "office": "two", "first": "one"}


@pytest.mark.parametrize("policy", CASES)
def test_each_policy_decides_or_leaves_it_to_a_person(policy: str) -> None:
    server = begun(Rules({"a": Rule(policy=Policy(policy))}), a="zero")
    server.push(Edit("d1", 1, 1, {"a": "one"}))
    merged = CASES[policy](server)
    assert server.state.values["a"] == STANDS[policy]
    assert bool(merged.clashes) == (policy == "first")


def test_a_cadre_does_not_outrank_under_the_offices_policy() -> None:
    server = begun(Rules({"a": Rule(policy=Policy.OFFICE)}), a=0)
    server.push(Edit("d1", 1, 1, {"a": 1}))
    assert server.push(Edit("d2", 1, 1, {"a": 2})).clashes


@pytest.mark.parametrize("policy", [p.value for p in Policy])
def test_while_a_path_is_disputed_every_later_value_joins(policy: str) -> None:
    server = begun(Rules({"a": Rule(policy=Policy(policy))}), a=0)
    server.clashes.append(Clash("a", "value", 0, 0, 9, False))
    merged = server.push(Edit("d3", 1, 9, {"a": 7}, office=True))
    assert [c.waiting for c in merged.clashes] == [7] and server.state.values["a"] == 0
    assert not server.push(Edit("d3", 2, 9, {"a": 0})).clashes


def test_a_value_once_sealed_stays_sealed_under_a_later_form() -> None:
    server = begun(Rules({"a": Rule(sealed=True)}), a="secret")
    server.rules = FIRST
    server.push(Edit("author", 2, 1, {"a": "secret too"}))
    assert "a" in server.state.sealed and "a" not in server.state.values
    merged = server.push(Edit("d2", 1, 1, {"a": "other"}))
    assert [clash.sealed for clash in merged.clashes] == [True]
