"""Sealed values open in their own place with their own key, and nowhere else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import ids, seal
from store.db import begin_write
from store.seal import Keyring, SealBroken
from tests.kit import chance
from tests.kit.syncing import Sessions

assert chance
KEYS = Keyring("one secret")
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(plain)
def test_a_value_comes_back_as_it_went(value: object) -> None:
    assert KEYS.open("r", "p", KEYS.seal("r", "p", value)) == value


def test_a_value_opens_in_its_own_place_only() -> None:
    sealed = KEYS.seal("r", "people/phone", "13800000000")
    for record, path in (("r", "people/bank"), ("s", "people/phone"), ("r|people", "phone")):
        with pytest.raises(SealBroken):
            KEYS.open(record, path, sealed)
    with pytest.raises(SealBroken):
        Keyring("another secret").open("r", "people/phone", sealed)


def test_damage_is_noticed() -> None:
    raw = bytearray(base64.b64decode(KEYS.seal("r", "p", "13800000000")))
    for at in (0, 12, len(raw) - 1):
        damaged = bytes(raw[:at]) + bytes([raw[at] ^ 1]) + bytes(raw[at + 1 :])
        with pytest.raises(SealBroken):
            KEYS.open("r", "p", base64.b64encode(damaged).decode())


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert len({KEYS.seal("r", "p", "1") for _ in range(50)}) == 50


def test_keys_of_two_purposes_differ_and_are_the_same_tomorrow() -> None:
    assert KEYS.derive("a") != KEYS.derive("b") and len(KEYS.derive("a")) == 32
    assert KEYS.derive("a") == Keyring("one secret").derive("a")


def test_equal_values_are_found_by_an_index_that_tells_nothing(sessions: Sessions) -> None:
    one, two, three = ids.new(), ids.new(), ids.new()
    same, other = KEYS.index("id_number", " 11x "), KEYS.index("id_number", "12X")
    assert same == KEYS.index("id_number", "11X") and same != KEYS.index("phone", "11X")
    with sessions() as session:
        begin_write(session)
        seal.remember(session, [(one, "id_number", same), (two, "id_number", same)])
        seal.remember(session, [(three, "id_number", other)])
        assert sorted(seal.holders(session, same)) == sorted([one, two])
        seal.remember(session, [(two, "id_number", other)])
        seal.forget(session, three, "id_number")
        assert seal.holders(session, same) == [one] and seal.holders(session, other) == [two]
