"""`flask backup`, `flask restore`: a copy of everything while the server runs, and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import Engine

from backup import shelf
from backup.take import Source, Taken, take
from backup.version import VERSION
from server.cli.terminal import plainly, say
from server.launch.ground import only_one
from server.launch.refusal import CannotStart
from server.restore import Place, Wanted, check
from server.restore import restore as put_back
from server.services import services, session
from server.transaction import in_writing
from store import feed

_PATH = click.Path(path_type=Path)
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("target", type=_PATH)
@click.option("--with-secret", is_flag=True, help="write the secret beside it, mode 600")
@with_appcontext
@plainly
def backup(target: Path, with_secret: bool) -> None:
    """Copy database and photos into the folder TARGET (or to the file TARGET.zip).

    May be used while the server runs. Photos stand beside the archive under `media`; only those
    that are not there yet are copied. Once the copy is durable and was opened and counted, phones
    are told how far it reaches. Without the secret nobody can open id numbers and the like.
    """
    engine = session().get_bind()
    assert isinstance(engine, Engine)
    source = Source(engine, services().storage, services().keys, VERSION)
    taken = take(source, shelf.shelf(target.absolute()))
    told = taken.told
    say(f"已备份：{taken.path}", f"{told.position} positions, {taken.copied} new photo(s)")
    if with_secret:
        path = shelf.write_secret(taken.path, services().settings.secret_key)
        say(f"主密钥在 {path}，请分开保管", "the secret; keep it apart from the copy")
    _tell(taken)


def _tell(taken: Taken) -> None:
    told = taken.told
    if not told.whole:
        raise click.ClickException(
            f"{len(told.absent)} 张照片缺失或损坏，没有告诉手机已备份，见 flask media fsck / "
            f"{len(told.absent)} stored photo(s) are missing or damaged here, so phones are not"
            " told of this backup: see flask media fsck"
        )
    if not in_writing(
        session(), lambda: feed.note_backup(session(), told.epoch, told.position, told.made_at)
    ):
        raise click.ClickException(
            "其间数据恢复过，请再备份一次 / history began anew meanwhile; make another backup"
        )


@click.command()
@click.argument("file", type=_THERE)
@click.option("--replace", is_flag=True, help="put it in the place of the database that is here")
@click.option("--older", is_flag=True, help="although a newer backup was made")
@click.option("--check", "only_check", is_flag=True, help="prove it whole and touch nothing")
@with_appcontext
@plainly
def restore(file: Path, replace: bool, older: bool, only_check: bool) -> None:
    """Put the archive FILE, and the photos beside it, into this installation.

    Everything is proven before anything is touched; it is done whole or not at all. Stop the
    server first. History begins anew: phones send again what the copy does not hold.
    """
    here, file = services(), file.absolute()
    if only_check:
        told = check(file, here.keys).told
        say(f"完好：{told.blobs.rows} 张照片，备份于 {told.made_at}", "whole; nothing was touched")
        return
    with _nothing_running(here.settings.home):
        place = Place(here.settings.database_url, here.storage, here.keys)
        done = put_back(Wanted(file, replace, older), place)
    say(f"已恢复到位置 {done.position}", f"restored; history began anew as {done.epoch}")
    if done.missing:
        say(f"{done.missing} 张照片要手机再送", "photo(s) that phones are asked for again")


@contextmanager
def _nothing_running(home: Path) -> Iterator[None]:
    try:
        held = only_one(home)
    except CannotStart as running:
        raise click.ClickException(str(running)) from running
    with held:
        yield
