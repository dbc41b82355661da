"""The XPath functions of the ODK XForms specification that this server evaluates.

https://getodk.github.io/xforms-spec/#xpath-functions
"""

import math
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree

PREFIX = "ruhu-"
"""Our functions stand without a namespace: libxml2 keeps a compiled call's namespace beyond its
life, so a second evaluation of a namespaced call reads freed memory."""
BUILT_IN = frozenset(
    {"boolean", "ceiling", "concat", "contains", "count", "false", "floor", "last", "local-name"}
    | {"name", "normalize-space", "not", "position", "starts-with", "string", "string-length"}
    | {"substring", "substring-after", "substring-before", "translate", "true"}
)
"""XPath 1.0 functions that libxml2 answers as XForms wants them."""
_MOST_DIGITS = 300
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Moment:
    """What `today()`, `now()` and `instance()` mean during one evaluation."""

    now: datetime
    instances: dict[str, Any]


MOMENT: ContextVar[Moment] = ContextVar("moment")


def text(value: Any) -> str:
    """XPath's string(), with whole numbers printed whole."""
    if isinstance(value, list):
        return text(value[0]) if value else ""
    if isinstance(value, etree._Element):
        return "".join(str(part) for part in value.itertext())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() else "NaN" if math.isnan(value) else repr(value)
        )
    return "" if value is None else str(value)


def number(value: Any) -> float:
    """XPath's number(), which also reads ISO dates: days since 1970-01-01."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value)
    plain = text(value).strip()
    if _DAY.match(plain):
        return _days(plain)
    try:
        return float(plain) if plain and not plain[0].isalpha() else math.nan
    except ValueError:
        return math.nan


def _days(plain: str) -> float:
    try:
        if len(plain) == 10:
            return float(date.fromisoformat(plain).toordinal() - _EPOCH)
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return math.nan
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp() / 86400


def _true(value: Any) -> bool:
    if isinstance(value, float):
        return not (math.isnan(value) or value == 0)
    return bool(value)


def _if(_: Any, test: Any, yes: Any, no: Any) -> Any:
    return yes if _true(test) else no


def _selected(_: Any, chosen: Any, name: Any) -> bool:
    return text(name) in text(chosen).split()


def _selected_at(_: Any, chosen: Any, index: Any) -> str:
    parts = text(chosen).split()
    place = number(index)
    return parts[int(place)] if 0 <= place < len(parts) else ""


def _coalesce(_: Any, *values: Any) -> str:
    return next((text(v) for v in values if text(v) != ""), "")


def _round(_: Any, value: Any, places: Any = 0.0) -> float:
    """Half goes up, as in XPath; Python's own rounding goes to even."""
    plain, digits = number(value), number(places)
    if not math.isfinite(plain) or not abs(digits) <= _MOST_DIGITS:
        return plain
    scale = 10.0 ** int(digits)
    moved = plain * scale + 0.5
    return math.floor(moved) / scale if math.isfinite(moved) else plain


def _numbers(values: tuple[Any, ...]) -> list[float]:
    nodes = [n for v in values for n in (v if isinstance(v, list) else [v])]
    return [number(n) for n in nodes if text(n) != ""]


def _regex(_: Any, value: Any, pattern: Any) -> bool:
    try:
        return re.fullmatch(text(pattern), text(value)) is not None
    except re.error:
        return False


def _position(_: Any, nodes: Any) -> float:
    """Which repeat of its name the node is, from 1."""
    if not isinstance(nodes, list) or not nodes:
        return math.nan
    return 1.0 + sum(1 for _ in nodes[0].itersiblings(nodes[0].tag, preceding=True))


def _date(_: Any, value: Any) -> str:
    plain = text(value)
    if _DAY.match(plain):
        return plain[:10]
    day = _day(number(value))
    return day.isoformat() if day else ""


def _day(days: float) -> date | None:
    """The day so long after 1970-01-01; None beyond the calendar's ends."""
    ordinal = days + _EPOCH
    return date.fromordinal(int(ordinal)) if 1 <= ordinal <= date.max.toordinal() else None


def _format_date(_: Any, value: Any, pattern: Any) -> str:
    day = _day(number(value))
    if day is None:
        return ""
    parts = {"Y": f"{day.year:04}", "y": f"{day.year % 100:02}", "m": f"{day.month:02}"}
    parts |= {"n": str(day.month), "d": f"{day.day:02}", "e": str(day.day)}
    parts |= {"b": _MONTHS[day.month - 1], "H": "00", "M": "00", "S": "00", "%": "%"}
    return re.sub(r"%(.)", lambda found: parts.get(found[1], found[0]), text(pattern))


def _instance(_: Any, name: Any) -> list[Any]:
    root = MOMENT.get().instances.get(text(name))
    return [] if root is None else [root]


def _indexed_repeat(_: Any, nodes: Any, _repeat: Any, index: Any) -> Any:
    place = number(index)
    if not isinstance(nodes, list) or not 1 <= place <= len(nodes):
        return ""
    return [nodes[int(place) - 1]]


def _join(_: Any, glue: Any, *values: Any) -> str:
    nodes = [n for v in values for n in (v if isinstance(v, list) else [v])]
    return text(glue).join(text(node) for node in nodes)


def _substr(_: Any, value: Any, start: Any, end: Any = None) -> str:
    plain = text(value)
    first, last = number(start), len(plain) if end is None else number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    most = len(plain)
    return plain[int(max(-most, min(first, most))) : int(max(-most, min(last, most)))]


OVERRIDES: dict[str, Callable[..., Any]] = {
    "number": lambda _, value: number(value),
    "round": _round,
    "sum": lambda _, *values: float(sum(_numbers(values))),
    "position": _position,
}
"""Built-ins whose XForms meaning differs."""
OWN: dict[str, Callable[..., Any]] = {
    "measure": lambda _, value: number(value),
    "if": _if,
    "selected": _selected,
    "selected-at": _selected_at,
    "count-selected": lambda _, chosen: float(len(text(chosen).split())),
    "coalesce": _coalesce,
    "once": lambda context, value: text(context.context_node) or text(value),
    "today": lambda _: MOMENT.get().now.date().isoformat(),
    "now": lambda _: MOMENT.get().now.isoformat(timespec="milliseconds"),
    "date": _date,
    "date-time": lambda _, value: text(value),
    "decimal-date-time": lambda _, value: number(value),
    "format-date": _format_date,
    "format-date-time": _format_date,
    "int": lambda _, value: float(math.trunc(n)) if math.isfinite(n := number(value)) else n,
    "abs": lambda _, value: abs(number(value)),
    "pow": lambda _, base, power: _power(number(base), number(power)),
    "min": lambda _, *values: min(_numbers(values), default=math.nan),
    "max": lambda _, *values: max(_numbers(values), default=math.nan),
    "regex": _regex,
    "boolean-from-string": lambda _, value: text(value) in ("1", "true"),
    "count-non-empty": lambda _, nodes: float(sum(1 for n in nodes if text(n) != "")),
    "indexed-repeat": _indexed_repeat,
    "instance": _instance,
    "current": lambda context: [context.context_node],
    "join": _join,
    "substr": _substr,
    "ends-with": lambda _, value, end: text(value).endswith(text(end)),
}


def _power(base: float, power: float) -> float:
    try:
        result = base**power
    except (OverflowError, ZeroDivisionError):
        return math.nan
    return float(result) if isinstance(result, float) else math.nan


_registry = etree.FunctionNamespace(None)
for _name, _function in (OVERRIDES | OWN).items():
    _registry[PREFIX + _name] = _function
