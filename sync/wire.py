"""What a device sends, parsed once at the door into values that cannot be wrong in shape.

Decoded fast by msgspec; when something is wrong, marshmallow reads the same body again and
tells every fault at once, with its place.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from msgspec import Meta, Struct

from store.errors import Invalid, Refusal
from sync import strict
from sync.patterns import DELETABLE, MOST_FLAT, MOST_PATH, PATH, PLAIN, REPEAT, ROW, UUID
from sync.places import places
from sync.strict import Malformed

MAX_OPS = 500
MAX_BYTES = 2 * 1024 * 1024
BIG = 2**53 - 1
COUNTER = 2**31 - 1
"""What a device's own counter may reach: 68 years of one op a second."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_HALVES = re.compile(
    rb"(\\[^u]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""Half a character: where a form cuts an emoji in two, JSON.stringify writes such escapes."""
DEPTH = 32
"""How deep a value may nest before it is kept as its JSON text."""

Uuid = Annotated[str, Meta(pattern=UUID)]
Row = Annotated[str, Meta(pattern=ROW)]
Path = Annotated[str, Meta(pattern=PATH, max_length=MOST_PATH)]
Repeat = Annotated[str, Meta(pattern=REPEAT, max_length=MOST_FLAT)]
Deletable = Annotated[str, Meta(pattern=DELETABLE, max_length=MOST_FLAT)]
Word = Annotated[str, Meta(pattern=PLAIN, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=BIG)]
Number = Annotated[int, Meta(ge=0, le=COUNTER)]
When = Annotated[str, Meta(pattern=PLAIN, max_length=40)]


class TooLarge(Refusal):
    """More than one push may carry."""

    code = "push_too_large"


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
    n: Number
    rec: Uuid
    type: Word
    form: Word
    form_v: Word
    at: When
    base: Base | None = None
    seen: dict[Uuid, Count] = {}
    set: dict[Path, Any] = {}
    rows: dict[Repeat, dict[Row, dict[Path, Any]]] = {}
    del_: list[Deletable] = []
    confirmed: list[Deletable] = []
    after: Uuid | None = None
    origin: Uuid | None = None
    uptime: float | None = None
    fix: Fix | None = None


class DeviceState(Struct, frozen=True):
    """What a phone says of itself: what waits there once this request is answered."""

    ops: Number
    photos: Number
    drafts: Number
    oldest_at: When | None = None
    """The device's time of the oldest op that waits."""
    app: Annotated[str, Meta(pattern=PLAIN, max_length=50)] | None = None
    forms: Annotated[dict[Word, Word], Meta(max_length=50)] = {}
    """{form: the newest version on the phone}"""


class PushBatch(Struct, frozen=True):
    """What one push carries."""

    device: Uuid
    epoch: Word | None
    sent_at: When
    ops: list[Op]
    uptime: float | None = None
    device_state: DeviceState | None = None


class Real(fields.Float):
    """A JSON number; marshmallow would also take "1.5" and true."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Whole(fields.Integer):
    """A JSON number without a fraction; marshmallow would also take true."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class YesNo(fields.Boolean):
    """true or false; marshmallow would also take "yes" and 1."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def _one_of(pattern: str, most: int) -> fields.String:
    rules = [validate.Regexp(pattern), validate.Length(max=most)]
    return fields.String(required=True, validate=rules)


def _maybe(pattern: str, most: int) -> fields.String:
    rules = [validate.Regexp(pattern), validate.Length(max=most)]
    return fields.String(allow_none=True, validate=rules)


def _count(most: int = BIG) -> fields.Integer:
    return Whole(required=True, validate=validate.Range(min=0, max=most))


class BaseSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    epoch = _one_of(PLAIN, 64)
    v = _count()


class FixSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    lat = Real(required=True)
    lon = Real(required=True)
    acc = Real(allow_none=True)
    alt = Real(allow_none=True)
    at = _maybe(PLAIN, 40)
    mock = YesNo(allow_none=True)


class OpSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    op = _one_of(UUID, 36)
    n = _count(COUNTER)
    rec = _one_of(UUID, 36)
    type = _one_of(PLAIN, 64)
    form = _one_of(PLAIN, 64)
    form_v = _one_of(PLAIN, 64)
    at = _one_of(PLAIN, 40)
    base = fields.Nested(BaseSchema, allow_none=True)
    seen = fields.Dict(keys=_one_of(UUID, 36), values=_count())
    set = fields.Dict(keys=_one_of(PATH, MOST_PATH), values=fields.Raw(allow_none=True))
    rows = fields.Dict(
        keys=_one_of(REPEAT, MOST_FLAT),
        values=fields.Dict(
            keys=_one_of(ROW, 8),
            values=fields.Dict(keys=_one_of(PATH, MOST_PATH), values=fields.Raw(allow_none=True)),
        ),
    )
    del_ = fields.List(_one_of(DELETABLE, MOST_FLAT), data_key="del")
    confirmed = fields.List(_one_of(DELETABLE, MOST_FLAT))
    after = _maybe(UUID, 36)
    origin = _maybe(UUID, 36)
    uptime = Real(allow_none=True)
    fix = fields.Nested(FixSchema, allow_none=True)


class DeviceStateSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    ops = _count(COUNTER)
    photos = _count(COUNTER)
    drafts = _count(COUNTER)
    oldest_at = _maybe(PLAIN, 40)
    app = _maybe(PLAIN, 50)
    forms = fields.Dict(
        keys=_one_of(PLAIN, 64), values=_one_of(PLAIN, 64), validate=validate.Length(max=50)
    )


class PushSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device = _one_of(UUID, 36)
    epoch = fields.String(
        required=True,
        allow_none=True,
        validate=[validate.Regexp(PLAIN), validate.Length(max=64)],
    )
    sent_at = _one_of(PLAIN, 40)
    uptime = Real(allow_none=True)
    ops = fields.List(fields.Nested(OpSchema), required=True)
    device_state = fields.Nested(DeviceStateSchema, allow_none=True)


_schema = PushSchema()


def parse_push(raw: bytes) -> PushBatch:
    """The batch; raises Malformed, DuplicateKey, Invalid (every fault, with place), TooLarge."""
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"a push holds at most {MAX_BYTES} bytes", limit=str(MAX_BYTES))
    if _HALF.search(raw):
        raw = _HALVES.sub(lambda found: found[1] or rb"\ufffd", raw)
    try:
        batch = msgspec.convert(strict.read(raw), PushBatch)
    except msgspec.ValidationError as fault:
        told = faults(raw) or {"": str(fault)}
        raise Invalid("the push does not have the protocol's shape").with_fields(told) from fault
    if len(batch.ops) > MAX_OPS:
        raise TooLarge(f"a push holds at most {MAX_OPS} ops", limit=str(MAX_OPS))
    for op in batch.ops:
        for values in (op.set, *(row for rows in op.rows.values() for row in rows.values())):
            _make_keepable(values)
    return batch


def _make_keepable(values: dict[str, Any]) -> None:
    """Content is never refused: what no table holds as it is, is kept as its JSON text."""
    for path, value in values.items():
        if type(value) in (int, list, dict) and not _keepable(value, DEPTH):
            values[path] = msgspec.json.encode(value).decode()


def _keepable(value: Any, depth: int) -> bool:
    """Whether every whole number has at most 64 bits and nothing nests too deep."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, list | dict):
        inner = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(_keepable(each, depth - 1) for each in inner)
    return True


def faults(raw: bytes) -> dict[str, str]:
    """Every fault of a body that is JSON: {"ops[3].rec": "…"}; empty when there is none.

    Raises Malformed for what is no JSON after all: numbers beyond measure, endless nesting.
    """
    try:
        _schema.load(orjson.loads(raw))
    except ValidationError as found:
        told: Any = found.normalized_messages()  # type: ignore[no-untyped-call]
        return dict(places(told))
    except orjson.JSONDecodeError as fault:
        raise Malformed(f"the body is not JSON: {fault}") from fault
    return {}
