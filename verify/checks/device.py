"""D29, the phone: its clock against its uptime, its numbering, one account on two phones at once.

Drift = (t₂ − t₁) − (u₂ − u₁) between two ops of a phone. Uptime begins anew at each start, so
without a boot id only a clock that ran back (drift below −limit) says anything: a phone that was
off makes the drift larger, never smaller. Seconds, metres.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from verify.checks.route import Stop
from verify.described import Figure, Limits
from verify.finding import Found, Judgement, to_check
from verify.geo import distance


@dataclass(frozen=True)
class Device(Limits):
    NAME: ClassVar[str] = "device_clock"
    drift_s: float = 300.0
    minutes: float = 10.0
    apart_m: float = 1000.0


@dataclass(frozen=True, slots=True)
class Tick:
    """When an op was made: the phone's raw time, seconds since it started, its number."""

    n: int
    at: datetime
    uptime: float | None
    boot: str | None = None
    """Names one start of the phone, where it tells."""


def check(
    own: Tick, ticks: Sequence[Tick], ran_back: bool, twins: Sequence[Stop], stop: Stop | None,
    limits: Device,
) -> Judgement:  # fmt: skip
    """`ticks`: other ops of the phone; `twins`: visits of the account with other phones."""
    told = [_drift(own, ticks, limits), _numbers() if ran_back else None,
            _two(stop, twins, limits)]  # fmt: skip
    return Judgement(tuple(found for found in told if found))


def drift(first: Tick, second: Tick) -> float | None:
    """Seconds by which the clock moved more than the phone ran; None where that says nothing."""
    if first.uptime is None or second.uptime is None:
        return None
    told = (second.at - first.at).total_seconds() - (second.uptime - first.uptime)
    if first.boot is not None and second.boot is not None:
        return told if first.boot == second.boot else None
    return told if second.uptime >= first.uptime and told < 0 else None


def _drift(own: Tick, ticks: Sequence[Tick], limits: Device) -> Found | None:
    """Against the op just before."""
    before = max((t for t in ticks if t.n < own.n), key=lambda t: t.n, default=None)
    off = drift(before, own) if before else None
    if off is None or abs(off) <= limits.drift_s:
        return None
    return to_check(
        "D29",
        0.3,
        f"两次填报之间，手机时钟被拨动了 {abs(off) / 60:.0f} 分钟。请打开“自动设置时间”",
        f"Between two visits the phone's clock was moved by {abs(off) / 60:.0f} minutes. Please "
        "let the phone set its time by itself",
        "door/arrived_at",
        {"drift_s": round(off, 1), "limit_s": limits.drift_s},
    )


def _numbers() -> Found:
    return to_check(
        "D29",
        0.2,
        "手机的上报编号倒退了：多半是手机恢复过备份，或换机时复制了数据。请管理员重新登记这台手机",
        "The numbering of this phone ran back: most likely it was restored from a backup, or "
        "copied to a new one. Please have it enrolled again",
        "",
    )


def _two(stop: Stop | None, twins: Sequence[Stop], limits: Device) -> Found | None:
    for other in twins:
        if stop is None or stop.fix is None or other.fix is None or other.unit == stop.unit:
            continue
        minutes = abs((other.begun - stop.begun).total_seconds()) / 60
        apart = distance(stop.fix, other.fix) - 2 * (stop.fix.acc + other.fix.acc)
        if minutes <= limits.minutes and apart > limits.apart_m:
            return to_check(
                "D29",
                0.4,
                f"同一账号在 {minutes:.0f} 分钟内用另一台手机在 {apart / 1000:.1f} 公里外走访。"
                "两个人请各用各的账号",
                f"The account was used on another phone {apart / 1000:.1f} km away within "
                f"{minutes:.0f} minutes. Two people need two accounts",
                "door/place",
                {"distance_m": round(apart, 1), "minutes": round(minutes, 1),
                 "limit_m": limits.apart_m},
            )  # fmt: skip
    return None


FIGURE = Figure(
    "时钟拨动多少、两台手机相距多少才提示",
    "Which moved clock, and which two phones, are pointed out",
    {
        "drift_s": ("拨动（秒）", "moved (s)"),
        "minutes": ("分钟以内", "within minutes"),
        "apart_m": ("相距（米）", "apart (m)"),
    },
)
