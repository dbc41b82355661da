"""The cast's database, settled once for each kind and copied for every test."""

import shutil
from pathlib import Path

from forms.pack import Pack
from store import schema
from store.db import engine_for, factory
from tests.kit.cast import Cast, settle
from tests.kit.postgres import Postgres


class Settled:
    """Templates and who stands in them; each copy is a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.casts: dict[str, Cast] = {}
        self._folder = folder
        self._urls: dict[str, str] = {}

    def copy(self, folder: Path, server: Postgres | None, pack: Pack) -> str:
        """The address of a fresh copy, in PostgreSQL where there is a server."""
        kind = "postgresql" if server else "sqlite"
        if kind not in self._urls:
            empty = server.database() if server else f"sqlite:///{self._folder / 'ruhu.sqlite'}"
            self._urls[kind], self.casts[kind] = empty, _made(empty, pack)
        if server:
            return server.database(self._urls[kind])
        shutil.copy(self._folder / "ruhu.sqlite", folder / "ruhu.sqlite")
        return f"sqlite:///{folder / 'ruhu.sqlite'}"


def _made(url: str, pack: Pack) -> Cast:
    """Closing the last connection leaves one whole file and no session in the template."""
    engine = engine_for(url)
    schema.Base.metadata.create_all(engine)
    made = settle(factory(engine), pack)
    engine.dispose()
    return made
