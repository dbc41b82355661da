"""Ops as a phone would send them, short enough to read in a test."""

import json
import random
from typing import Any

import orjson

from store import clock, ids
from sync.wire import PushBatch, parse_push

FORM, VERSION = "household_visit", "2026.3"
SHA = "ab" * 32


def op(rec: str, n: int = 1, base: int | None = None, **more: Any) -> dict[str, Any]:
    """One op; `values` is its set, `seen` the entity versions, all else as on the wire."""
    made = {
        "op": ids.new(),
        "n": n,
        "rec": rec,
        "type": "submission",
        "form": FORM,
        "form_v": VERSION,
        "base": None if base is None else {"epoch": "e", "v": base},
        "seen": more.pop("seen", {}),
        "set": more.pop("values", {}),
        "at": clock.now(),
        "uptime": 1000.0,
        "fix": None,
    }
    return made | more


def visit(unit: str, **values: Any) -> dict[str, Any]:
    """Values of a small visit to a household; keyword `a__b` stands for the path `a/b`."""
    told = {path.replace("__", "/"): value for path, value in values.items()}
    return {"household": unit, "door/outcome": "met"} | told


def batch(device: str, *ops: dict[str, Any]) -> PushBatch:
    return parse_push(raw(device, *ops))


def raw(device: str, *ops: dict[str, Any]) -> bytes:
    return orjson.dumps({"device": device, "epoch": None, "sent_at": clock.now(), "ops": ops})


def photo(sha: str = SHA, role: str = "house_front") -> dict[str, Any]:
    return {"sha256": sha, "size": 3, "mime": "image/jpeg", "role": role, "name": "p.jpg"}


def text(value: Any) -> str:
    """JSON of any depth and any number."""
    return json.dumps(value, ensure_ascii=False)


def noise(size: int) -> bytes:
    """Bytes that no compression makes smaller, the same every time."""
    return random.Random(size).randbytes(size)
