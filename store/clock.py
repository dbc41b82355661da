"""Times as this server keeps them: UTC text with milliseconds, which sorts as it reads."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def text(moment: datetime) -> str:
    """`2026-11-23T08:00:00.000Z`; a naive moment is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    return text(datetime.now(UTC))


def parse(value: str) -> datetime:
    """An aware UTC moment; raises ValueError for anything that is not ISO 8601."""
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def after(moment: str, **span: float) -> str:
    """`after(now(), minutes=15)`; negative spans look back."""
    return text(parse(moment) + timedelta(**span))


def seconds_between(earlier: str, later: str) -> float:
    return (parse(later) - parse(earlier)).total_seconds()


def local_day(moment: str, tz: str) -> date:
    """The calendar day in the office's zone: deadlines and as-of dates are local."""
    return parse(moment).astimezone(ZoneInfo(tz)).date()


def local_text(moment: str, tz: str, pattern: str = "%Y-%m-%d %H:%M") -> str:
    return parse(moment).astimezone(ZoneInfo(tz)).strftime(pattern)
