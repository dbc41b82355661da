"""JSON that says one thing twice says nothing: a body with a key named twice is refused.

The fast decoders keep the last of two and tell nobody. So what was read is written again: where
fewer colons come out than went in, a slow and careful reader looks for the key that was lost.
"""

import json
from collections import Counter
from typing import Any

import msgspec

from store.errors import Refusal


class Malformed(Refusal):
    """Not JSON at all, or numbers and nesting beyond measure."""

    code = "malformed_json"


class DuplicateKey(Refusal):
    """One object of the body names a key twice; which of the two is meant nobody can say."""

    code = "duplicate_key"


def read(raw: bytes) -> Any:
    """The value; raises Malformed, DuplicateKey."""
    try:
        value = msgspec.json.decode(raw)
        escaped = b"\\u003" in raw
        if escaped or msgspec.json.encode(value).count(b":") != raw.count(b":"):
            json.loads(raw, object_pairs_hook=_once, parse_int=str, parse_float=str)
        return value
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise Malformed(f"the body is not JSON: {fault}") from fault


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise DuplicateKey("one key stands twice in one object", key=twice[:100])
    return found
