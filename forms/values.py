"""The four kinds of XPath values and how one becomes another, as ODK XForms wants it.

Numbers also read ISO dates (days since 1970-01-01 in the visit's own time zone), and print as
JavaScript prints them, since that is what the phone's engine stores.
"""

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

NAN = math.nan
EPOCH = date(1970, 1, 1).toordinal()
_WORDLESS = frozenset("0123456789.eE+- \t\r\n")
_PLAIN_BELOW, _PLAIN_FROM = 1e21, 1e-6
"""Between these JavaScript prints a number without an exponent."""


class Day(str):
    """A date or a moment that compares by time, not letter by letter."""

    __slots__ = ()


def text_of(value: Any) -> str:
    """XPath's string(): of nodes the first one's; not-a-number is empty, as in the engine."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return printed(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value[0].said() if value else ""


def printed(value: float) -> str:
    """A number as the phone's engine writes it: 36000, 0.5, 1e-7."""
    if value.is_integer() and abs(value) < _PLAIN_BELOW:
        return str(int(value))
    if not math.isfinite(value):
        return "" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    plain = repr(value)
    if "e" not in plain:
        return plain
    if _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        return format(Decimal(plain), "f")
    return plain.replace("e-0", "e-")


def truth_of(value: Any) -> bool:
    """XPath's boolean(): nodes that are there, text that says something, a number but 0."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


def number_of(value: Any, shift: float) -> float:
    """XPath's number(), which also reads dates; `shift` is the time zone in days."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return float(value)
    return figure(text_of(value), shift)


def figure(text: str, shift: float) -> float:
    """The number that words stand for, else NaN: `12.5`, ` 3 `, `2026-10-18`, `…T09:30+08:00`."""
    if text[4:5] == "-":
        return days(text, shift)
    if text and _WORDLESS.issuperset(text):
        try:
            return float(text)
        except ValueError:
            return NAN
    return NAN


def days(text: str, shift: float) -> float:
    """Days since 1970-01-01 UTC of an ISO date or moment, else NaN; without an offset it is
    read in the visit's time zone."""
    try:
        if len(text) == 10 and text[7] == "-":
            return date.fromisoformat(text).toordinal() - EPOCH - shift
        moment = datetime.fromisoformat(text) if text[10] == "T" else None
    except (ValueError, IndexError):
        return NAN
    if moment is None:
        return NAN
    zone = moment.utcoffset()
    away = shift if zone is None else zone.total_seconds() / 86400
    whole = moment.toordinal() - EPOCH
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return whole + seconds / 86400 - away


def same(left: Any, right: Any, shift: float) -> bool:
    """XPath's `=` of any two values: of nodes, whether there is one for which it holds."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth_of(left) is truth_of(right)
    if isinstance(left, list):
        return any(same(n, right, shift) for n in _said(left))
    if isinstance(right, list):
        return any(same(left, n, shift) for n in _said(right))
    if isinstance(left, float | Day) or isinstance(right, float | Day):
        return number_of(left, shift) == number_of(right, shift)
    return bool(left == right)


def differ(left: Any, right: Any, shift: float) -> bool:
    """XPath's `!=`: of nodes, whether there is one that differs; not the opposite of `=`."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth_of(left) is not truth_of(right)
    if isinstance(left, list):
        return any(differ(n, right, shift) for n in _said(left))
    if isinstance(right, list):
        return any(differ(left, n, shift) for n in _said(right))
    return not same(left, right, shift)


def figures(value: Any, shift: float) -> list[float]:
    """The numbers of a value: of nodes each one's."""
    if isinstance(value, list):
        return [figure(node.said(), shift) for node in value]
    return [number_of(value, shift)]


def _said(nodes: list[Any]) -> list[str]:
    return [node.said() for node in nodes]
