"""What a device sends, parsed once at the door into values that cannot be wrong in shape.

Decoded fast by msgspec; when something is wrong, marshmallow reads the same body again and
tells every fault at once, with its place.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from msgspec import Meta, Struct

from store.errors import Invalid, Refusal

MAX_OPS = 500
MAX_BYTES = 2 * 1024 * 1024
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
ROW = r"^[a-z0-9]{8}\Z"
PATH = r"^[A-Za-z_][A-Za-z0-9_.\-]*(/[A-Za-z_][A-Za-z0-9_.\-]*)*\Z"
DELETABLE = PATH[:-2] + r"(\[[a-z0-9]{8}\](/[A-Za-z_][A-Za-z0-9_.\-]*)*)?\Z"
BIG = 2**53 - 1

Uuid = Annotated[str, Meta(pattern=UUID)]
Row = Annotated[str, Meta(pattern=ROW)]
Path = Annotated[str, Meta(pattern=PATH, max_length=200)]
Deletable = Annotated[str, Meta(pattern=DELETABLE, max_length=220)]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=BIG)]
When = Annotated[str, Meta(min_length=1, max_length=40)]


class TooLarge(Refusal):
    """More than one push may carry."""

    code = "push_too_large"


class Malformed(Refusal):
    """Not JSON at all."""

    code = "malformed_json"


class Base(Struct, frozen=True):
    """The version of the document last pulled when the edit was opened."""

    epoch: Word
    v: Count


class Fix(Struct, frozen=True):
    """One position: degrees WGS-84, accuracy in metres."""

    lat: float
    lon: float
    acc: float | None = None
    alt: float | None = None
    at: When | None = None
    mock: bool | None = None


class Op(Struct, frozen=True, rename={"del_": "del"}):
    """One edit of one record by one device."""

    op: Uuid
    n: Count
    rec: Uuid
    type: Word
    form: Word
    form_v: Word
    at: When
    base: Base | None = None
    seen: dict[Uuid, Count] = {}
    set: dict[Path, Any] = {}
    rows: dict[Path, dict[Row, dict[Path, Any]]] = {}
    del_: list[Deletable] = []
    after: Uuid | None = None
    origin: Uuid | None = None
    uptime: float | None = None
    fix: Fix | None = None


class PushBatch(Struct, frozen=True):
    """What one push carries."""

    device: Uuid
    epoch: Word | None
    sent_at: When
    ops: list[Op]


_decoder = msgspec.json.Decoder(PushBatch)


def _one_of(pattern: str, most: int) -> fields.String:
    rules = [validate.Regexp(pattern), validate.Length(max=most)]
    return fields.String(required=True, validate=rules)


def _word(required: bool = True) -> fields.String:
    return fields.String(
        required=required, allow_none=not required, validate=validate.Length(min=1, max=64)
    )


def _when(required: bool = True) -> fields.String:
    return fields.String(
        required=required, allow_none=not required, validate=validate.Length(min=1, max=40)
    )


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=BIG))


class BaseSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    epoch = _word()
    v = _count()


class FixSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    acc = fields.Float(allow_none=True)
    alt = fields.Float(allow_none=True)
    at = _when(required=False)
    mock = fields.Boolean(allow_none=True)


class OpSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    op = _one_of(UUID, 36)
    n = _count()
    rec = _one_of(UUID, 36)
    type = _word()
    form = _word()
    form_v = _word()
    at = _when()
    base = fields.Nested(BaseSchema, allow_none=True)
    seen = fields.Dict(keys=_one_of(UUID, 36), values=_count())
    set = fields.Dict(keys=_one_of(PATH, 200), values=fields.Raw(allow_none=True))
    rows = fields.Dict(
        keys=_one_of(PATH, 200),
        values=fields.Dict(
            keys=_one_of(ROW, 8),
            values=fields.Dict(keys=_one_of(PATH, 200), values=fields.Raw(allow_none=True)),
        ),
    )
    del_ = fields.List(_one_of(DELETABLE, 220), data_key="del")
    after = fields.String(allow_none=True, validate=validate.Regexp(UUID))
    origin = fields.String(allow_none=True, validate=validate.Regexp(UUID))
    uptime = fields.Float(allow_none=True)
    fix = fields.Nested(FixSchema, allow_none=True)


class PushSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device = _one_of(UUID, 36)
    epoch = fields.String(required=True, allow_none=True, validate=validate.Length(min=1, max=64))
    sent_at = _when()
    ops = fields.List(fields.Nested(OpSchema), required=True)


_schema = PushSchema()


def parse_push(raw: bytes) -> PushBatch:
    """The batch; raises Malformed, Invalid (every fault, with its place) or TooLarge."""
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"a push holds at most {MAX_BYTES} bytes", limit=str(MAX_BYTES))
    try:
        batch = _decoder.decode(raw)
    except msgspec.ValidationError as fault:
        raise Invalid("the push does not have the protocol's shape").with_fields(
            faults(raw) or {"": str(fault)}
        ) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Malformed(f"the body is not JSON: {fault}") from fault
    if len(batch.ops) > MAX_OPS:
        raise TooLarge(f"a push holds at most {MAX_OPS} ops", limit=str(MAX_OPS))
    return batch


def faults(raw: bytes) -> dict[str, str]:
    """Every fault of a body that is JSON: {"ops[3].rec": "…"}; empty when there is none."""
    try:
        _schema.load(orjson.loads(raw))
    except ValidationError as found:
        told: Any = found.normalized_messages()  # type: ignore[no-untyped-call]
        return dict(_places(told, ""))
    except orjson.JSONDecodeError as fault:
        return {"": str(fault)}
    return {}


def _places(messages: Any, place: str) -> list[tuple[str, str]]:
    if isinstance(messages, Mapping):
        return [
            pair for key, value in messages.items() for pair in _places(value, _place(place, key))
        ]
    told = messages if isinstance(messages, list) else [messages]
    return [(place, " ".join(str(m) for m in told))]


def _place(above: str, key: Any) -> str:
    if isinstance(key, int):
        return f"{above}[{key}]"
    if key == "_schema":
        return above
    return f"{above}.{key}" if above else str(key)
