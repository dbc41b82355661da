"""`flask schemas`: the JSON Schemas of the protocol as files."""

from pathlib import Path

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext

from server.api.schemas import NAMES, made
from server.cli.terminal import say


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def schemas(folder: Path) -> None:
    """Write every schema into FOLDER, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        told = made(name, current_app.extensions["ruhu_api"])
        body = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (folder / f"{name}.json").write_bytes(body)
    say(f"已写好 {len(NAMES)} 个", f"wrote {len(NAMES)} schemas")
