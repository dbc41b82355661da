"""Whether an answer is of its question's type: what it is not, in words."""

import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from forms.definition import Question, QuestionType
from forms.positions import line


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with an answer, as the end of a sentence."""

    rule: str
    zh: str
    en: str
    expected: Any = None


def wrong_type(question: Question, value: Any) -> Wrong | None:
    """None where the answer fits its type (choices are checked by `wrong_choice`)."""
    check = _SHAPES.get(question.kept_as) or _CHECKS.get(question.type)
    wrong = check(value) if check else None
    if wrong is None and (question.least is not None or question.most is not None):
        return _beyond(question, value)
    return wrong


def _beyond(question: Question, value: Any) -> Wrong | None:
    least = -math.inf if question.least is None else question.least
    most = math.inf if question.most is None else question.most
    if least <= value <= most:
        return None
    return Wrong("range", f"应在 {least:g} 到 {most:g} 之间", f"is not from {least:g} to {most:g}")


def wrong_choice(names: Set[str], value: Any, ranked: bool = False) -> Wrong | None:
    """None where every chosen one is known; of a ranking, each of `names` once."""
    chosen = value if isinstance(value, list) else value.split() if ranked else [value]
    if ranked and sorted(chosen) != sorted(names):
        return Wrong("choice", "应把每个选项都排上", "must rank every choice once")
    strange = [item for item in chosen if item not in names]
    if not strange:
        return None
    told = "、".join(str(item) for item in strange)
    return Wrong("choice", f"的答案“{told}”不在选项里", f"has an unknown choice: {told}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _integer(value: Any) -> Wrong | None:
    if _is_number(value) and float(value).is_integer():
        return None
    return Wrong("type", "应是整数", "must be a whole number", "integer")


def _decimal(value: Any) -> Wrong | None:
    return None if _is_number(value) else Wrong("type", "应是数字", "must be a number", "decimal")


def _text(value: Any) -> Wrong | None:
    if isinstance(value, str):
        return None
    return Wrong("type", "应是文字", "must be text", "text")


def _day(value: Any) -> Wrong | None:
    try:
        if date.fromisoformat(value).isoformat() == value:  # Python also reads 2026-W42-7
            return None
    except (TypeError, ValueError):
        pass
    return Wrong("type", "应是日期，如 2026-10-18", "must be a date like 2026-10-18", "date")


def _moment(value: Any) -> Wrong | None:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return Wrong("type", "应是日期和时间", "must be a date and a time", "dateTime")
    return None


def _clock(value: Any) -> Wrong | None:
    try:
        time.fromisoformat(value)
    except (TypeError, ValueError):
        return Wrong("type", "应是时刻，如 09:30", "must be a time of day like 09:30", "time")
    return None


def _point(value: Any) -> Wrong | None:
    wrong = Wrong("type", "应是一个位置", "must be a position", "geopoint")
    if not isinstance(value, Mapping):
        return wrong
    lat, lon = value.get("lat"), value.get("lon")
    if not (_is_number(lat) and _is_number(lon)):
        return wrong
    if abs(float(lat)) > 90 or abs(float(lon)) > 180:  # type: ignore[arg-type]
        return Wrong("range", "的经纬度超出了地球的范围", "is not on this Earth", "±90, ±180")
    return None


def _file(value: Any) -> Wrong | None:
    if isinstance(value, Mapping) and isinstance(value.get("sha256"), str):
        return None
    return Wrong("type", "应是一张照片", "must be a photo", "image")


def _one(value: Any) -> Wrong | None:
    if isinstance(value, str):
        return None
    return Wrong("type", "应是一个选项", "must be one choice", "choice")


def _several(value: Any) -> Wrong | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return None
    return Wrong("type", "应是若干选项", "must be a list of choices", "choices")


def _line(value: Any) -> Wrong | None:
    if isinstance(value, str) and line([value]) is not None:
        return None
    return Wrong("type", "应是一条路线", "must be a line of positions", "geotrace")


def _ring(value: Any) -> Wrong | None:
    points = line([value]) if isinstance(value, str) else None
    if points and len(points) > 3 and points[0] == points[-1]:
        return None
    return Wrong("type", "应是一块封闭的地", "must be a closed shape of positions", "geoshape")


_SHAPES: dict[str, Callable[[Any], Wrong | None]] = {"geotrace": _line, "geoshape": _ring}
_CHECKS: dict[QuestionType, Callable[[Any], Wrong | None]] = {
    QuestionType.INTEGER: _integer,
    QuestionType.DECIMAL: _decimal,
    QuestionType.TEXT: _text,
    QuestionType.BARCODE: _text,
    QuestionType.DATE: _day,
    QuestionType.DATETIME: _moment,
    QuestionType.TIME: _clock,
    QuestionType.GEOPOINT: _point,
    QuestionType.IMAGE: _file,
    QuestionType.FILE: _file,
    QuestionType.SELECT_ONE: _one,
    QuestionType.SELECT_MULTIPLE: _several,
    QuestionType.ACKNOWLEDGE: _one,
}
