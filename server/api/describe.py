"""The API's description, OpenAPI 3.1: what the routes show of themselves, and what we add by hand.

Routes, path parameters and checked bodies come from flask-smorest; who may ask comes from the
guards; answers, streamed bodies and sentences stand as data in `description/`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from flask import Flask

from server.auth.guard import COOKIE
from server.auth.permissions import Permission

_FOLDER = Path(__file__).parent / "description"
OPERATIONS: Mapping[str, dict[str, Any]] = orjson.loads((_FOLDER / "operations.json").read_bytes())
"""{"POST /api/v1/enrol": what we say of it}"""
SCHEMAS: Mapping[str, dict[str, Any]] = orjson.loads((_FOLDER / "schemas.json").read_bytes())
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
REASONS = {
    400: "The body or the cursor cannot be read.",
    401: "Not signed in, or the device was taken out of service.",
    403: "The role does not include this.",
    404: "There is no such thing, or none in the asker's area.",
    409: "It has moved on meanwhile.",
    410: "It was good once: an old cursor, a used or expired code, an expired upload.",
    412: "Another version of tus than 1.0.0.",
    413: "More than this route takes; `limit` says how much.",
    415: "Another content type or encoding than this route reads.",
    422: "It can be read but not understood; `fields` say where.",
    423: "Another request holds this upload.",
    426: "The app is too old to fetch; it can still send.",
    429: "Too many attempts; see Retry-After.",
    460: "The bytes do not match their checksum.",
    503: "The database does not answer; send it again.",
}
"""{status: in words}, for problems."""
ABOUT = (
    "Offline-first field collection for household visits. Phones push what changed and pull what "
    "is theirs; photos travel by tus 1.0. Every refusal is application/problem+json with a stable "
    "`code`. Every answer of sync carries `epoch`, `server_time` and `proto`."
)


def document(app: Flask, generated: Mapping[str, Any]) -> dict[str, Any]:
    """The whole description; `generated` is flask-smorest's."""
    guards = dict(reversed(list(_guards(app))))
    paths: dict[str, dict[str, Any]] = {}
    for path, item in generated["paths"].items():
        _put(paths, path, {m: _operation(path, m, item, guards) for m in METHODS if m in item})
    return {
        "openapi": "3.1.0",
        "info": dict(generated["info"]) | {"description": ABOUT},
        "servers": [{"url": "/", "description": "This server."}],
        "tags": list(generated.get("tags", ())),
        "paths": paths,
        "components": {
            "schemas": dict(_checked(generated)) | dict(SCHEMAS),
            "responses": {"Problem": _problem("Any other refusal.")},
            "securitySchemes": {
                "device": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A phone's token, from POST /api/v1/enrol.",
                },
                "browser": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": "A signed-in browser; unsafe methods also need X-CSRF-Token.",
                },
            },
        },
    }


def _guards(app: Flask) -> Iterator[tuple[tuple[str, str], str]]:
    """((path, method), who may ask) as the views' own guards say it; the first rule counts."""
    for rule in app.url_map.iter_rules():
        told = getattr(app.view_functions[rule.endpoint], "__ruhu_guard__", "")
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in rule.methods or ():
            yield (path, method.lower()), told


def _operation(
    path: str, method: str, item: Mapping[str, Any], guards: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    made, ours = item[method], OPERATIONS.get(f"{method.upper()} {path}", {})
    known = guards.get((path, method), "")
    told: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{method}{path.removeprefix('/api/v1')}").strip("_"),
        "summary": made.get("summary", ""),
        "description": _description(known, ours),
        "tags": made.get("tags", []),
        "parameters": _parameters(item, ours),
        "responses": _answers(ours),
        "security": [] if known == "public" else [{"device": []}, {"browser": []}],
    }
    body = _body(made, ours)
    return told | ({"requestBody": body} if body else {})


def _description(known: str, ours: Mapping[str, Any]) -> str:
    needs = f"Needs: {Permission[known].value}." if known in Permission.__members__ else ""
    return " ".join(filter(None, (ours.get("description", ""), needs)))


def _parameters(item: Mapping[str, Any], ours: Mapping[str, Any]) -> list[dict[str, Any]]:
    words = ours.get("parameters", {})
    path = [dict(p) | {"description": words.get(p["name"], "")} for p in item.get("parameters", ())]
    query = [
        {"in": "query", "name": name, "schema": {"type": kind}, "description": told}
        for name, (kind, told) in ours.get("query", {}).items()
    ]
    headers = [
        {"in": "header", "name": name, "schema": {"type": "string"}, "description": told}
        for name, told in ours.get("headers", {}).items()
    ]
    return path + query + headers


def _body(made: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    if "body" not in ours:
        return dict(made.get("requestBody", {}))
    kind, schema = ours["body"]
    return {"required": schema is not None, "content": {kind: _content(schema)}}


def _content(schema: str | None) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{schema}"} if schema else {}}


def _answers(ours: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"default": {"$ref": "#/components/responses/Problem"}}
    for status, (words, *schema) in ours.get("answers", {}).items():
        kinds = ours.get("file", ["application/json"])
        content = {kind: _content(schema[0]) for kind in kinds} if schema else {}
        told[status] = {"description": words} | ({"content": content} if content else {})
    for status in ours.get("problems", ()):
        told[str(status)] = _problem(REASONS[status])
    return dict(sorted(told.items()))


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}


def _checked(generated: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Schemas of bodies that marshmallow checks; its own notion of errors is not ours."""
    for name, schema in generated["components"]["schemas"].items():
        if name not in ("Error", "PaginationMetadata"):
            yield name, schema


def _put(paths: dict[str, dict[str, Any]], path: str, item: dict[str, Any]) -> None:
    """OpenAPI knows one name for a place in a path: `/media/{sha256}` joins `/media/{ident}`."""
    shape = re.sub(r"{[^}]+}", "{}", path)
    twin = next((p for p in paths if re.sub(r"{[^}]+}", "{}", p) == shape), None)
    if twin is None:
        paths[path] = item
        return
    names = dict(zip(_names(path), _names(twin), strict=True))
    for operation in item.values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                parameter["name"] = names[parameter["name"]]
    paths[twin] |= item


def _names(path: str) -> list[str]:
    return re.findall(r"{([^}]+)}", path)
