"""Walking the migrations on a connection that is part of something larger."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def known(revision: str) -> bool:
    """Whether this program has the migration; one from a newer program it does not have."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def head() -> str:
    return str(_scripts().get_current_head())


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Needs an app context; commits nothing."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
