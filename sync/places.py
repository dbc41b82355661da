"""Where in a body the faults are: nested messages as (place, words)."""

from collections.abc import Mapping
from typing import Any

_SIDES = frozenset({"key", "value"})
"""Under these marshmallow tells what is wrong with an entry of a mapping: left out of places."""


def places(messages: Any, place: str = "") -> list[tuple[str, str]]:
    """Marshmallow's nested messages as (place, words): ("ops[3].rec", "…")."""
    if isinstance(messages, Mapping):
        if messages.keys() <= _SIDES:
            return [pair for told in messages.values() for pair in places(told, place)]
        return [
            pair for key, value in messages.items() for pair in places(value, _place(place, key))
        ]
    told = messages if isinstance(messages, list) else [messages]
    return [(place, " ".join(str(m) for m in told))]


def _place(above: str, key: Any) -> str:
    if isinstance(key, int):
        return f"{above}[{key}]"
    if key == "_schema":
        return above
    return f"{above}.{key}" if above else str(key)
