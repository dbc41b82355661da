"""Limits on guessing: sign-in and enrolment. Never on sync routes."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from server.config import Settings

limiter = Limiter(get_remote_address, headers_enabled=False)
SIGN_IN = "10 per minute; 60 per hour"
PER_LOGIN = "10 per 5 minutes"
ENROL = "10 per minute; 60 per hour"


def by_login() -> str:
    return "login:" + request.form.get("login", "")[:64].lower()


def install(app: Flask, settings: Settings) -> None:
    """Counted in Redis where it is up, else in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = _storage(settings.redis_url)
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    app.config["RATELIMIT_KEY_PREFIX"] = "ruhu"
    limiter.init_app(app)


def _storage(url: str) -> str:
    if not url:
        return "memory://"
    return url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
