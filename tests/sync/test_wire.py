"""The door: one shape, told twice (fast and in full), and both say the same of any body."""

import copy
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import ids
from store.errors import Invalid, Refusal
from sync.strict import DuplicateKey
from sync.wire import MAX_BYTES, MAX_OPS, Malformed, PushBatch, TooLarge, faults, parse_push
from tests.kit import chance, ops

assert chance
DEVICE = "01a20bc9-9513-74a0-8f57-102d83eb82fa"
REC = "01a20bc9-953d-7f70-8cf9-e6776fb37876"
decoder = msgspec.json.Decoder(PushBatch)


def whole() -> dict[str, Any]:
    """A push that uses every field there is."""
    line = {
        "op": DEVICE,
        "origin": REC,
        "n": 3,
        "after": REC,
        "rec": REC,
        "type": "submission",
        "form": "household_visit",
        "form_v": "2026.3",
        "base": {"epoch": "e", "v": 2},
        "epoch": "e",
        "seen": {REC: 4},
        "set": {"income/wage": 1, "people/head_name": "王"},
        "rows": {"people/members": {"aaaaaaaa": {"full_name": "甲"}}},
        "del": ["people/members[bbbbbbbb]", "income/wage", "people/members[cccccccc]/sex"],
        "at": "2026-11-24T08:00:00+08:00",
        "uptime": 12.5,
        "fix": {"lat": 30.1, "lon": 110.2, "acc": 5, "alt": None, "at": "2026", "mock": False},
    }
    state = {"ops": 0, "photos": 2, "drafts": 1, "oldest_at": None, "app": "a", "forms": {"f": "1"}}
    head = {"device": DEVICE, "epoch": "e", "sent_at": "2026-11-24T08:00:00Z"}
    return head | {"ops": [line], "device_state": state}


def accepted(raw: bytes) -> bool:
    try:
        decoder.decode(raw)
    except msgspec.ValidationError:
        return False
    return True


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body where something stands."""
    found = [path]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*path, index))
    return found


PLACES = [p for p in places(whole()) if p]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**54), 2**54),
    st.sampled_from([2**31 - 1, 2**31, 2**53 - 1, 2**53, -1, 0, 1.0, 1.5, -0.0, 1e300]),
    st.text(max_size=5),
    st.sampled_from(["", "\x00", "a\x00", "a\n", "x" * 65, "x" * 64, "1.5", "true", "1"]),
    st.sampled_from(
        [DEVICE, DEVICE.upper(), DEVICE + "\n", "a/b", "a//b", "/a", "a/", "a b", "王"]
    ),
    st.sampled_from([[], {}, [1], {"a": 1}, {"": 1}, {"a" * 201: 1}, {"a\n": 1}, {"王": 1}]),
    st.sampled_from(["m[aaaaaaaa]", "m[aaaaaaaa]/x", "m[AAAAAAAA]", "m[a]", "m[]", "[aaaaaaaa]"]),
    st.sampled_from(
        [{REC: 1}, {REC: -1}, {REC: "1"}, {"m": {"aaaaaaaa": {"x": 1}}}, {"m": {"x": {}}}]
    ),
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.one_of(st.just("drop"), ODD)), max_size=3))
def test_both_readers_accept_and_refuse_the_same(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    body = whole()
    for place, value in changes:
        _put(body, place, value)
    raw = orjson.dumps(body)
    told = faults(raw)
    assert accepted(raw) == (told == {}), told
    if told:
        assert all(words for words in told.values())
        with pytest.raises(Invalid) as refused:
            parse_push(raw)
        assert refused.value.fields == told


def _put(body: Any, place: tuple[Any, ...], value: Any) -> None:
    *above, last = place
    for step in above:
        if not isinstance(body, dict | list):
            return
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(body, dict):
        if value == "drop":
            body.pop(last, None)
        else:
            body[last] = value
    elif isinstance(body, list) and isinstance(last, int) and last < len(body):
        body[last] = value


ODDITIES: list[Any] = [None, True, 0, -1, 1.0, "", "\x00", [], {}, "x" * 300, 2**60]


@pytest.mark.parametrize("place", PLACES, ids=lambda p: ".".join(map(str, p)))
def test_both_readers_agree_on_every_place_and_the_fault_names_it(place: tuple[Any, ...]) -> None:
    name = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place).lstrip(".")
    for value in ["drop", *ODDITIES]:
        body = copy.deepcopy(whole())
        _put(body, place, value)
        raw = orjson.dumps(body)
        told = faults(raw)
        assert accepted(raw) == (told == {}), (place, value, told)
        assert all(key.startswith(name) for key in told), (place, value, told)


def test_every_fault_is_told_at_once_with_its_place() -> None:
    body = whole()
    body["ops"][0] |= {"n": "3", "rec": "x", "fix": {"lat": "30", "lon": 1}, "set": {"a b": 1}}
    body["sent_at"] = 5
    with pytest.raises(Invalid) as refused:
        parse_push(orjson.dumps(body))
    names = set(refused.value.fields)
    assert {"sent_at", "ops[0].n", "ops[0].rec", "ops[0].fix.lat"} <= names
    assert any(name.startswith("ops[0].set") for name in names) and len(names) == 5


def test_fields_of_newer_apps_are_passed_over() -> None:
    body = whole() | {"battery": 80}
    body["ops"][0] |= {"mood": "fine"}
    assert parse_push(orjson.dumps(body)).ops[0].n == 3


NOT_JSON = [
    b"",
    b" ",
    b"{",
    b"[1,",
    b"\xff\xfe",
    b'{"device": "\xed\xa0\x80"}',
    b'{"device": NaN}',
    b'{"sent_at": Infinity}',
    b"[" * 100_000,
    b'{"device":' * 5_000,
    orjson.dumps(whole()).replace(b'"income/wage":1', b'"income/wage":1e400'),
    orjson.dumps(whole()).replace(b'"income/wage":1', b'"income/wage":' + b"9" * 5000),
    orjson.dumps(whole()).replace(b'"income/wage":1', b'"x":' + b"[" * 5000 + b"]" * 5000),
    orjson.dumps(whole())[:-1],
    orjson.dumps(whole()) + b"}",
]


@pytest.mark.parametrize("raw", NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_not_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        parse_push(raw)
    assert refused.value.code == "malformed_json"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb"\ud83d", "\ufffd"),
        (rb"\uDE00\uD83D", "\ufffd\ufffd"),
        (rb"\ud83d\ude00", "\U0001f600"),
        (rb"\ud83d\ud83d\ude00\n", "\ufffd\U0001f600\n"),
        (rb"\\ud83d", r"\ud83d"),
    ],
)
def test_half_a_character_is_kept_as_one_that_is_not_known(sent: bytes, kept: str) -> None:
    """A phone whose form cut an emoji in two would else never get rid of its ops."""
    raw = orjson.dumps(whole()).replace(b'"income/wage":1', b'"note":"' + sent + b'"')
    assert parse_push(raw).ops[0].set["note"] == kept


@pytest.mark.parametrize("raw", [b"null", b"[]", b"5", b'"x"', b"true", b'{"ops": []}'])
def test_json_of_another_shape_is_invalid(raw: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse_push(raw)
    assert refused.value.fields


@pytest.mark.parametrize(
    "again", [b',"income/wage":2', b' , "income/wage" : 2', b',"income/\\u0077age":2']
)
def test_a_key_that_comes_twice_is_refused_by_name(again: bytes) -> None:
    raw = orjson.dumps(whole()).replace(b'"income/wage":1', b'"income/wage":1' + again)
    with pytest.raises(DuplicateKey) as refused:
        parse_push(raw)
    assert refused.value.fields == {"key": "income/wage"}


def lines(count: int) -> bytes:
    return ops.raw(DEVICE, *(ops.op(ids.new(), n) for n in range(count)))


def test_more_ops_than_one_push_may_carry_are_too_many() -> None:
    assert len(parse_push(lines(MAX_OPS)).ops) == MAX_OPS
    with pytest.raises(TooLarge) as refused:
        parse_push(lines(MAX_OPS + 1))
    assert refused.value.fields == {"limit": str(MAX_OPS)}


def test_more_bytes_than_one_push_may_carry_are_too_many() -> None:
    with pytest.raises(TooLarge) as refused:
        parse_push(b" " * (MAX_BYTES + 1))
    assert refused.value.fields == {"limit": str(MAX_BYTES)}


@given(st.binary(max_size=60))
def test_no_bytes_surprise_the_door(raw: bytes) -> None:
    with pytest.raises(Refusal):
        parse_push(raw)
