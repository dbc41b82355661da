"""Logs as JSON lines; what looks like a P1 value never leaves the process."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from store.discretion import masked

_NAMES = frozenset({"password", "token", "authorization", "cookie", "id_number", "phone", "code"})


def _discreet(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        event[name] = "***" if name.lower() in _NAMES else _shown(value)
    return event


def _shown(value: Any) -> Any:
    """Numbers, yes, no and none as they are; everything else as text without P1 values."""
    if value is None or isinstance(value, bool | float):
        return value
    text = masked(value if isinstance(value, str) else repr(value))
    return value if isinstance(value, int) and text == repr(value) else text


def configure(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _discreet,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        cache_logger_on_first_use=False,
    )
