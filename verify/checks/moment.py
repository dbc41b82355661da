"""D03 a photo of another time, D29 (in part) a clock that is off.

D03: |EXIF time − visit time| over a limit. EXIF without an offset is local time of the office.
No EXIF is no finding: chat apps strip it. The camera shares the device's clock, so EXIF is
compared with the visit's raw device time; and, as another camera's clock may be right where the
phone's is not, with the corrected time. The nearer one counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from verify.finding import Found, Judgement, Note
from verify.innocent import CLOCK


@dataclass(frozen=True, slots=True)
class Limits:
    """From the dated parameters."""

    photo_minutes: float = 1440.0
    clock_seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo's own time, as EXIF wrote it (`2026-10-18T09:30:00`, perhaps with an offset)."""

    path: str
    taken_at: str | None


def check_photos(
    photos: Sequence[Taken],
    visited: datetime,
    tz: str,
    limits: Limits,
    corrected: datetime | None = None,
) -> Judgement:
    """`visited` is the device's own time of the visit, `corrected` the server's; both aware."""
    times = [visited, corrected or visited]
    found, notes = [], []
    for photo in photos:
        moment = aware(photo.taken_at, tz)
        if moment is None:
            notes.append(Note("D03", "照片没有拍摄时间", "The photo has no time of its own"))
            continue
        minutes = min(abs((moment - at).total_seconds()) / 60 for at in times)
        if minutes > limits.photo_minutes:
            found.append(_old(photo.path, minutes, limits.photo_minutes))
    return Judgement(tuple(found), tuple(notes[:1]))


def aware(told: str | None, tz: str) -> datetime | None:
    """A camera's time; without an offset it is the office's. None where it is no time."""
    try:
        moment = datetime.fromisoformat(told or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(tz))


def _old(path: str, minutes: float, limit: float) -> Found:
    hours = minutes / 60
    return Found(
        "D03",
        0.6,
        f"待核实：照片的拍摄时间与走访相差 {hours:.0f} 小时，请说明照片是什么时候拍的",
        f"To be checked: the photo was taken {hours:.0f} hours from the visit; "
        "please say when it was taken",
        path,
        {"minutes": round(minutes, 1), "limit_minutes": limit},
        tried=(CLOCK,),
    )


def check_clock(offset: float | None, limits: Limits) -> Judgement:
    """A clock that is off is told, so that nobody wonders; times were corrected."""
    if offset is None or abs(offset) <= limits.clock_seconds:
        return Judgement()
    minutes = abs(offset) / 60
    return Judgement(
        (
            Found(
                "D29",
                0.05,
                f"待核实：手机时钟与服务器相差 {minutes:.0f} 分钟，请校准（走访时间已校正）",
                f"To be checked: the phone's clock is off by {minutes:.0f} minutes; please set it "
                "(the visit's time was corrected)",
                "door/arrived_at",
                {"offset_s": round(offset, 1), "limit_s": limits.clock_seconds},
            ),
        )
    )
