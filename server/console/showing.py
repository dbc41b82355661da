"""Answers as people read them: choices by their words, moments by the office's clock."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for

from forms.definition import QuestionType
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.times import local_time
from server.console.words import Words, label, said, t
from store.discretion import masked
from verify.labels import Named

MOMENTS = frozenset({QuestionType.DATETIME})
DAYS = frozenset({QuestionType.DATE, QuestionType.DATETIME, QuestionType.TIME})
AMOUNTS = frozenset({QuestionType.DECIMAL, QuestionType.CALCULATE, QuestionType.INTEGER})
CHOSEN = frozenset({QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE})
FLAGS: Mapping[str, Words] = {
    "late": ("晚到：这户当时已不在此人手里", "Late: the household had left this person's hands"),
    "history_only": ("只进了历史，没有改动现值", "Kept in the history only"),
    "uptime": ("手机时钟中途被拨过", "The phone's clock was set in between"),
    "counter": ("手机的编号往回走", "The phone's counter ran backwards"),
    "unknown": ("有表单里没有的项目", "It sets what its form does not ask"),
    "released": ("由审核员放行", "Let go by a supervisor"),
    "settled": ("裁定冲突", "Settles a conflict"),
    "clock": ("手机时钟不准，时间已校正", "The phone's clock was off; times were corrected"),
}

FIGURES: Mapping[str, Words] = {
    "distance_m": ("相距（米）", "Distance (m)"),
    "accuracy_visit_m": ("走访定位误差（米）", "Accuracy of the visit's fix (m)"),
    "accuracy_anchor_m": ("户址误差（米）", "Accuracy of the house's position (m)"),
    "budget_m": ("扣除的误差（米）", "Allowed for accuracy (m)"),
    "limit_m": ("限值（米）", "Limit (m)"),
    "datums": ("两种坐标", "The two datums"),
    "minutes": ("相差（分钟）", "Apart (minutes)"),
    "limit_minutes": ("限值（分钟）", "Limit (minutes)"),
    "offset_s": ("时钟相差（秒）", "Clock off by (s)"),
    "limit_s": ("限值（秒）", "Limit (s)"),
    "value": ("测得", "Measured"),
    "limit": ("限值", "Limit"),
    "given": ("填写的", "Given"),
    "expected": ("应为", "Expected"),
    "households": ("也出现在", "Also at"),
    "count": ("个数", "Count"),
    "household": ("另一户", "Other household"),
    "equal": ("相同的回答", "Equal answers"),
    "answers": ("回答", "Answers"),
    "log_odds": ("对数似然比", "Log-likelihood ratio"),
    "threshold": ("提示线", "Told above"),
    "visits": ("走访次数", "Visits"),
    "houses": ("相距较远的户数", "Houses far apart"),
    "without": ("没有定位", "Without a fix"),
    "others_without": ("其他手机没有定位", "Other phones without a fix"),
    "others_of": ("其他手机的走访", "Visits with other phones"),
    "of": ("共", "Of"),
    "p": ("碰巧的概率", "Chance alone"),
    "q": ("整夜折算后", "Among the night's tests"),
    "usual": ("一般", "Usual"),
    "usual_minutes": ("一般用时（分钟）", "Usual (minutes)"),
    "z": ("稳健 z 值", "Robust z"),
    "seconds": ("用时（秒）", "Took (s)"),
    "night": ("夜里", "At night"),
    "amounts": ("相同的金额", "Equal amounts"),
    "days": ("天数", "Days"),
    "late": ("夜里或截止前", "At night or before a deadline"),
    "rules": ("规则", "Rules"),
    "signs": ("迹象", "Signs"),
    "overlap_s": ("重叠（秒）", "Overlap (s)"),
    "drift_s": ("拨动（秒）", "Clock moved (s)"),
    "limit_m_s": ("限值（米每秒）", "Limit (m/s)"),
    "level": ("级别", "Level"),
    "same": ("完全一样的户数", "Households with the same"),
    "share": ("比例", "Share"),
    "share_around": ("周围其他户的比例", "Share of the others around"),
    "village_median": ("全村中位数", "The village's median"),
    "died_on": ("登记的去世日期", "Died on"),
    "met_on": ("见到的日期", "Met on"),
    "valid_until": ("认定书有效期到", "Certificate valid until"),
    "visited_on": ("走访日期", "Visited on"),
}
"""Every figure a rule may name; one without words is shown by its name."""


def figure_label(name: str) -> str:
    return said(FIGURES[name]) if name in FIGURES else name


def called(named: Named) -> str:
    """A path's words; a path without any is called by itself."""
    return label(named.label, named.path)


def shown(named: Named, value: Any) -> str:
    """An answer on one line; "" for none."""
    if value is None or value == "" or value == []:
        return ""
    kind = named.question.type if named.question else None
    if named.choices is not None and kind in CHOSEN:
        chosen = value if isinstance(value, list) else [value]
        return "、".join(label(named.choices.get(str(c)), plain(c)) for c in chosen)
    if kind is QuestionType.ACKNOWLEDGE and value == "OK":
        return t("已确认", "Confirmed")
    if kind in MOMENTS and isinstance(value, str):
        return local_time(value)
    if kind in AMOUNTS and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return plain(value)


def is_day(named: Named) -> bool:
    """Dates are not broken over two lines."""
    return named.question is not None and named.question.type in DAYS


def plain(value: Any) -> str:
    """Any value of any document on one line."""
    if isinstance(value, bool):
        return t("是", "Yes") if value else t("否", "No")
    if isinstance(value, Mapping) and "lat" in value and "lon" in value:
        acc = f" ±{value['acc']:g} m" if isinstance(value.get("acc"), int | float) else ""
        return f"{value['lat']}, {value['lon']}{acc}"
    if isinstance(value, Mapping) and isinstance(value.get("sha256"), str):
        return t("照片", "Photo") + f" {value['sha256'][:6]}"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {plain(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(plain(item) for item in value)
    if value is None or isinstance(value, float):
        return "" if value is None else str(value)
    return masked(str(value))  # an open answer may hold a number that should not stand there


def flag_label(flag: str) -> str:
    return said(FLAGS[flag]) if flag in FLAGS else flag


def rule_link(rule: str) -> str | None:
    """Where a rule is explained, for whoever may read that page."""
    view = current_app.view_functions.get("console.checks")
    wanted = getattr(view, "__ruhu_guard__", "")
    if wanted in Permission.__members__ and not identity().permits(Permission[wanted]):
        return None
    return url_for("console.checks") + f"#{rule}" if view else None


def metres(value: float) -> str:
    """A distance in whole metres, from ten kilometres on in kilometres."""
    return f"{value / 1000:,.1f} km" if value >= 10_000 else f"{value:,.0f} m"
