"""The API's description as a page: made from the same document that programs read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, render_template
from markupsafe import Markup

from server.auth.guard import public
from server.console.blueprint import blp
from server.console.entry import visitor


@dataclass(frozen=True, slots=True)
class Shape:
    """A type in words, with the schemas it names."""

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a schema."""

    name: str
    shape: Shape
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a body or an answer holds: `(content type, schema)` pairs."""

    about: str
    kinds: tuple[tuple[str, Shape], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route and method."""

    anchor: str
    method: str
    path: str
    tag: str
    summary: str
    about: str
    open_to_all: bool
    parameters: tuple[Mapping[str, Any], ...]
    body: Content | None
    answers: tuple[tuple[str, Content], ...]


@blp.app_template_filter()
def ticks(text: str) -> Markup:
    """Words between backticks as code, everything else escaped."""
    parts = str(text).split("`")
    code = Markup("<code>{}</code>").format
    return Markup("").join(code(part) if n % 2 else part for n, part in enumerate(parts))


@blp.get("/api/docs")
@public
def api_docs() -> str:
    known = visitor()
    if known is not None:
        g.identity = known
    told: Mapping[str, Any] = current_app.extensions["ruhu_api"]
    return render_template(
        "admin/apidocs.html",
        info=told["info"],
        tags=told["tags"],
        operations=list(operations(told)),
        schemas={name: list(properties(s)) for name, s in told["components"]["schemas"].items()},
        about={n: s.get("description", "") for n, s in told["components"]["schemas"].items()},
        shape=lambda name: shape(told["components"]["schemas"][name]),
        ways=told["components"]["securitySchemes"],
    )


def operations(told: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation, in the document's order."""
    for path, item in told["paths"].items():
        for method, each in item.items():
            yield Operation(
                each["operationId"],
                method.upper(),
                path,
                (each["tags"] or [""])[0],
                each["summary"],
                each["description"],
                not each["security"],
                tuple(each["parameters"]),
                _content(each["requestBody"]) if "requestBody" in each else None,
                tuple((status, _answer(told, a)) for status, a in each["responses"].items()),
            )


def _answer(told: Mapping[str, Any], answer: Mapping[str, Any]) -> Content:
    named = answer.get("$ref", "").rpartition("/")[2]
    return _content(told["components"]["responses"][named] if named else answer)


def _content(body: Mapping[str, Any]) -> Content:
    kinds = body.get("content", {}).items()
    return Content(
        body.get("description", ""), tuple((kind, shape(each["schema"])) for kind, each in kinds)
    )


def properties(schema: Mapping[str, Any]) -> Iterator[Property]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield Property(name, shape(each), name in required, each.get("description", ""))


def shape(schema: Mapping[str, Any]) -> Shape:
    """`array of Op`, `string or null`, `{…: integer}`, in the document's own names."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Shape(name, (name,))
    if "anyOf" in schema or "allOf" in schema:
        each = [shape(part) for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()))]
        return Shape(" or ".join(s.text for s in each), tuple(n for s in each for n in s.names))
    if schema.get("type") == "array":
        inner = shape(schema.get("items", {}))
        return Shape(f"array of {inner.text}", inner.names)
    if isinstance(schema.get("additionalProperties"), Mapping):
        inner = shape(schema["additionalProperties"])
        return Shape(f"{{…: {inner.text}}}", inner.names)
    if "enum" in schema:
        return Shape(" | ".join(map(str, schema["enum"])), ())
    if schema.get("type") == "object" and schema.get("properties"):
        return Shape("{" + ", ".join(schema["properties"]) + "}", ())
    kinds = schema.get("type", "bytes")
    return Shape(" or ".join(kinds) if isinstance(kinds, list) else str(kinds), ())
