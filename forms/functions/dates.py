"""Functions of dates and times, in the time zone of the visit."""

import math
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

from forms.code import Code, Kind, Scope, texts
from forms.functions.table import Function, timed, value
from forms.node import Run
from forms.values import EPOCH, NAN, Day, days, text_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNPADDED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T.*)?", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_FIRST, _LAST = 1 - EPOCH, date.max.toordinal() - EPOCH


def _moment(shift: float, given: Any) -> datetime | None:
    """The moment that a value stands for, in the visit's time zone; None where there is none."""
    if isinstance(given, bool):
        return None
    plain = NAN if isinstance(given, float) else days(_padded(text_of(given)), shift)
    since = given if isinstance(given, float) else plain
    if not math.isfinite(since) or not _FIRST <= since + shift < _LAST:
        return None
    zone = timezone(timedelta(days=shift))
    microseconds = round((since + shift) * 86_400_000) * 1000
    local = datetime(1970, 1, 1) + timedelta(microseconds=microseconds)
    return local.replace(tzinfo=zone)


def _padded(text: str) -> str:
    """`2026-3-1` is a date as well."""
    found = _UNPADDED.fullmatch(text)
    if found is None:
        return text
    year, month, day, rest = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}{rest or ''}"


def _date(shift: float, given: Any) -> Day:
    moment = _moment(shift, given)
    return Day(moment.date().isoformat() if moment else "")


def _date_time(shift: float, given: Any) -> Day:
    moment = _moment(shift, given)
    return Day(moment.isoformat(timespec="milliseconds") if moment else "")


def _days(shift: float, given: Any) -> float:
    if isinstance(given, float):
        return given
    return NAN if isinstance(given, bool) else days(text_of(given), shift)


def _part_of_day(shift: float, text: str) -> float:
    """Noon is 0.5; a time with an offset is first brought to the visit's time zone."""
    found = _TIME.fullmatch(text)
    if found is None:
        return NAN
    hours, minutes, seconds = int(found[1]), int(found[2]), float(found[3] or 0)
    if hours > 23 or minutes > 59 or seconds >= 60:
        return NAN
    part = (hours * 3600 + minutes * 60 + seconds) / 86400
    if found[4] is None:
        return part
    return (part - _offset(found[4]) + shift) % 1.0


def _offset(text: str) -> float:
    if text == "Z":
        return 0.0
    away = (int(text[1:3]) * 60 + int(text[4:6])) / 1440
    return -away if text[0] == "-" else away


def _formatted(shift: float, given: Any, pattern: str) -> str:
    moment = _moment(shift, given)
    if moment is None:
        return ""
    parts = {
        "Y": f"{moment.year:04}", "y": f"{moment.year % 100:02}", "m": f"{moment.month:02}",
        "n": str(moment.month), "b": _MONTHS[moment.month - 1], "d": f"{moment.day:02}",
        "e": str(moment.day), "a": _WEEKDAYS[moment.weekday()], "H": f"{moment.hour:02}",
        "h": str(moment.hour), "M": f"{moment.minute:02}", "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}",
    }  # fmt: skip
    return re.sub(r"%(.)", lambda found: parts.get(found[1], found[0]), pattern)


def _today(scope: Scope, arguments: list[Code]) -> Code:
    return Code(Kind.ANY, lambda here, run: Day(run.now.date().isoformat()))


def _now(scope: Scope, arguments: list[Code]) -> Code:
    def now(here: Any, run: Run) -> Day:
        return Day(run.now.isoformat(timespec="milliseconds"))

    return Code(Kind.ANY, now)


_FORMAT = timed(Kind.TEXT, _formatted, value, texts)
TABLE: dict[str, Function] = {
    "today": Function(0, 0, _today),
    "now": Function(0, 0, _now),
    "date": timed(Kind.ANY, _date, value),
    "date-time": timed(Kind.ANY, _date_time, value),
    "format-date": _FORMAT,
    "format-date-time": _FORMAT,
    "decimal-date-time": timed(Kind.NUMBER, _days, value),
    "decimal-time": timed(Kind.NUMBER, _part_of_day, texts),
}
