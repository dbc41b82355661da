"""JSON Schemas (draft 2020-12) of what travels, from the code that reads it.

What the server reads is told by the types that parse it: msgspec for push and reconcile,
marshmallow for the rest. What it answers is told by the description of the API, which tests
hold against real answers.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from flask import Response, current_app

from server.api.blueprint import Blueprint
from server.api.body import json
from server.auth.guard import public
from store.errors import NotFound
from sync.reconcile import Ask
from sync.wire import PushBatch

blp = Blueprint("schemas", __name__, url_prefix="/api/v1/schemas", description="JSON Schemas")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
READ: Mapping[str, type] = {"push": PushBatch, "reconcile": Ask}
TOLD: Mapping[str, str] = {
    "pushed": "Pushed",
    "pulled": "Pulled",
    "reconciled": "Reconciled",
    "status": "Status",
    "conflict": "Conflict",
    "settle": "Settle",
    "settled": "Settled",
    "reassign": "Reassign",
    "form": "OfferedForm",
    "work": "Work",
}
"""{name: the schema's name in the API's description}"""
NAMES = (*READ, *TOLD)
_DEFS, _PARTS = "#/$defs/", "#/components/schemas/"


@blp.get("/<string:name>.json")
@public
def schema(name: str) -> Response:
    """The schema of one body; a push as `push`, its answer as `pushed`, and so on."""
    if name not in NAMES:
        raise NotFound("there is no schema of this name")
    answer = json(made(name, current_app.extensions["ruhu_api"]))
    answer.content_type = "application/schema+json"
    return answer


def made(name: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """A schema that stands by itself."""
    head = {"$schema": DRAFT, "$id": f"urn:ruhu:schema:{name}"}
    if name in READ:
        told: dict[str, Any] = _portable(msgspec.json.schema(READ[name]))
        return head | told
    parts = described["components"]["schemas"]
    wanted = dict.fromkeys(_needed(TOLD[name], parts))
    defs = {each: _moved(parts[each]) for each in sorted(wanted)}
    return head | {"$ref": _DEFS + TOLD[name], "$defs": defs}


def _portable(told: Any) -> Any:
    """`\\Z` is Python's own way to say where a text ends."""
    if isinstance(told, dict):
        return {
            key: value.replace("\\Z", "$") if key == "pattern" else _portable(value)
            for key, value in told.items()
        }
    return [_portable(each) for each in told] if isinstance(told, list) else told


def _needed(name: str, parts: Mapping[str, Any]) -> Iterator[str]:
    """The schema's name and those of all that it refers to."""
    seen, queue = set(), [name]
    while queue:
        at = queue.pop()
        if at not in seen:
            seen.add(at)
            yield at
            queue += re.findall(rf"{_PARTS}(\w+)", str(parts[at]))


def _moved(told: Any) -> Any:
    if isinstance(told, dict):
        return {
            key: value.replace(_PARTS, _DEFS) if key == "$ref" else _moved(value)
            for key, value in told.items()
        }
    return [_moved(each) for each in told] if isinstance(told, list) else told
