"""What views need beside the request: settings, keys, storage, the session."""

from dataclasses import dataclass
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from media.storage import Storage
from server.config import Settings
from store.seal import Keyring


@dataclass(frozen=True, slots=True)
class Services:
    """One set for one app."""

    settings: Settings
    keys: Keyring
    storage: Storage


def services() -> Services:
    return cast(Services, current_app.extensions["ruhu"])


def session() -> Session:
    """The request's session (flask-sqlalchemy's scoped one)."""
    return cast(Session, current_app.extensions["sqlalchemy"].session())
