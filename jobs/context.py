"""What a job needs beside its row. The door that starts the process says it once."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from media.storage import Storage, storage_for
from store.db import engine_for, factory
from store.seal import Keyring
from verify.album import Album


@dataclass(frozen=True)
class Nightly:
    """Backups that are made by themselves: where, at which local hour, how many are kept."""

    folder: Path
    hour: int
    keep: int


@dataclass(frozen=True)
class Places:
    """Where this installation keeps things; plain values, safe to carry over a fork."""

    database_url: str
    media_url: str
    secret_key: str
    spool: Path
    tz: str
    nightly: Nightly | None = None


@dataclass(frozen=True)
class Context:
    """Opened in the process that works; never carried over a fork."""

    sessions: sessionmaker[Session]
    keys: Keyring
    storage: Storage
    spool: Path
    tz: str
    media_url: str = ""
    nightly: Nightly | None = None
    album: Album = field(default_factory=Album)
    """The county's photos, as far as this process knows them."""

    @property
    def engine(self) -> Engine:
        engine: Engine = self.sessions.kw["bind"]
        return engine


_told: list[Places] = []


def tell(places: Places) -> None:
    """Before the first fork."""
    _told[:] = [places]


def current() -> Context:
    """This process's own connections; raises IndexError where nobody told."""
    return opened(_told[0])


@lru_cache(maxsize=1)
def opened(places: Places) -> Context:
    return Context(
        sessions=factory(engine_for(places.database_url)),
        keys=Keyring(places.secret_key),
        storage=storage_for(places.media_url),
        spool=places.spool,
        tz=places.tz,
        media_url=places.media_url,
        nightly=places.nightly,
    )
