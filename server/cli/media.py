"""`flask media …`: the photos' bytes against their rows."""

import click
from flask.cli import with_appcontext

from media.sweep import fsck as look
from server.cli.terminal import plainly, say
from server.services import services, session
from server.transaction import reading


@click.group()
def media() -> None:
    """Photos as stored."""


@media.command()
@with_appcontext
@plainly
def fsck() -> None:
    """Prove that every stored photo has its bytes and that they are what their name says."""
    with reading(session()) as current:
        faults = list(look(current, services().storage))
    for sha256, fault in faults:
        click.echo(f"{sha256} {fault}")
    if faults:
        raise click.ClickException(
            f"{len(faults)} 个文件缺失或损坏 / {len(faults)} file(s) missing or damaged"
        )
    say("全部照片完好", "every photo is there and whole")
