"""docs/protocol.md is sent to the server, block after block, and must hear what it says."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.test import Client, TestResponse

from forms.pack import Pack
from server.problems import STATUS
from sync import wire
from tests.docs import township
from tests.docs.markdown import ROOT, Block, blocks, rows

PROTOCOL = ROOT / "docs" / "protocol.md"
MOVING = frozenset(
    {"server_time", "position", "cursor", "seq", "at", "token", "code", "url", "expires_at"}
    | {"found_at", "received_at", "held_at"}
    | {"total", "device", "sha256", "detail", "enrolled_at", "last_seen_at", "revoked_at"}
)
"""Keys whose values differ from day to day: only their types are compared."""
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def documented() -> list[Block]:
    return [block for block in blocks(PROTOCOL) if block.info[:1] == ("json",)]


def pushes() -> list[Block]:
    return [b for b in documented() if b.info[1:3] == ("POST", "/api/v1/sync/push")]


@pytest.fixture
def client(tmp_path: Path, pack: Pack) -> Client:
    return township.found(tmp_path / "home", pack).test_client()


def test_every_json_block_is_json() -> None:
    found = documented()
    assert len(found) > 10
    for block in found:
        assert orjson.loads(block.text) is not None, f"line {block.line}"


def test_every_push_has_the_protocols_shape() -> None:
    assert len(pushes()) >= 4
    for block in pushes():
        assert wire.parse_push(block.text.encode()).device, f"line {block.line}"
        assert wire.faults(block.text.encode()) == {}, f"line {block.line}"


def test_every_example_is_answered_as_written(client: Client) -> None:
    heard: TestResponse | None = None
    compared = 0
    given: dict[str, str] = {}
    for block in documented():
        words = block.info[1:]
        if words and words[0] in VERBS:
            heard = ask(client, words, _with_cursor(block.text, given).encode())
            continue
        if not words or not words[0].isdigit():
            continue
        if len(words) > 1:
            heard = ask(client, words[1:], b"")
        assert heard is not None
        assert heard.status_code == int(words[0]), f"line {block.line}: {heard.text}"
        told, answer = orjson.loads(block.text), orjson.loads(heard.data)
        agree(told, answer, f"line {block.line}")
        given |= {told["cursor"]: answer["cursor"]} if "cursor" in told else {}
        compared += 1
    assert compared > 8


def _with_cursor(text: str, given: dict[str, str]) -> str:
    """A cursor is signed by the server that gave it: the example's becomes the one just heard."""
    for told, real in given.items():
        text = text.replace(told, real)
    return text


def ask(client: Client, words: tuple[str, ...], body: bytes) -> TestResponse:
    """`POST /path as cadre`; without `as` nobody is signed in."""
    headers = {"Content-Type": "application/json"} if body else {}
    if "as" in words:
        headers["Authorization"] = f"Bearer {township.token(words[-1])}"
    return client.open(words[1], method=words[0], data=body, headers=headers)


def agree(told: Any, heard: Any, place: str) -> None:
    """The same, but for moving values; of lists of records only those told are looked for."""
    if isinstance(told, dict):
        assert isinstance(heard, dict) and told.keys() == heard.keys(), f"{place}: {heard}"
        for key, value in told.items():
            if key in MOVING:
                assert type(value) is type(heard[key]), f"{place}.{key}: {heard[key]}"
            else:
                agree(value, heard[key], f"{place}.{key}")
    elif isinstance(told, list) and told and isinstance(told[0], dict) and "id" in told[0]:
        known = {item["id"]: item for item in heard}
        for item in told:
            assert item["id"] in known, f"{place}: {item['id']} is not among {sorted(known)}"
            agree(item, known[item["id"]], f"{place}[{item['id']}]")
    elif isinstance(told, list) and told and isinstance(told[0], dict):
        for at, (mine, theirs) in enumerate(zip(told, heard, strict=True)):
            agree(mine, theirs, f"{place}[{at}]")
    else:
        assert told == heard, place


def test_every_route_of_the_api_is_described(client: Client) -> None:
    text = PROTOCOL.read_text(encoding="utf-8")
    described = set(re.findall(r"`((?:GET|POST|PATCH|HEAD|DELETE|OPTIONS) /api/[^`?]*)", text))
    app: Any = client.application
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    served = {f"{method} {_template(rule.rule)}" for rule in rules for method in _own(rule)}
    assert served <= described, sorted(served - described)
    assert described <= served, sorted(described - served)


def _template(rule: str) -> str:
    """`/devices/<string:ident>` as the document writes it: `/devices/{ident}`."""
    return re.sub(r"<(?:[a-z]+:)?([a-z0-9_]+)>", r"{\1}", rule)


def _own(rule: Any) -> set[str]:
    """A rule's methods without those that Flask adds by itself."""
    methods = set(rule.methods) - ({"HEAD"} if "GET" in rule.methods else set())
    return methods - {"OPTIONS"} or methods


def test_the_problem_table_is_the_servers() -> None:
    told = {row[0].strip("`"): int(row[1]) for row in rows(PROTOCOL, "## Problem codes")}
    assert told == dict(STATUS)


def test_every_reason_for_quarantine_is_told() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "sync").glob("*.py")]
    reasons = {why for text in sources for why in re.findall(r'Unfit\(\s*"(\w+)"', text)}
    reasons |= {why for text in sources for why in re.findall(r'aside\(bench, op, "(\w+)"', text)}
    told = PROTOCOL.read_text(encoding="utf-8").partition("`why` of a quarantined op:")[2]
    assert len(reasons) > 5
    assert {why for why in reasons if f"`{why}`" not in told.partition("###")[0]} == set()
