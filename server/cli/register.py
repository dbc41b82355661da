"""`flask register …`: an office's own data, from a workbook."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from server.cli.sheets import write_sheets
from server.cli.terminal import plainly, say
from server.register.book import Book, Fault, ImportInvalid, read
from server.register.check import check
from server.register.load import Loaded, known, load, newest
from server.register.template import write_template
from server.services import services, session
from server.transaction import in_writing, reads


@click.group()
def register() -> None:
    """Areas, staff, households, members, pairings from one workbook."""


@register.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@plainly
def template(file: Path) -> None:
    """Write an empty workbook to FILE, every sheet and column explained."""
    write_template(file)
    say(f"已写好 {file}", f"wrote {file}")


@register.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="load it; without this nothing is changed")
@click.option("--address", default="", help="how phones reach this server, for the sheets")
@with_appcontext
@plainly
def import_(file: Path, yes: bool, address: str) -> None:
    """Check FILE (xlsx, csv, or a folder of csv) and, with --yes, load all of it or nothing."""
    book = _checked(file)
    for sheet, lines in book.items():
        click.echo(f"  {sheet}: {len(lines)}")
    if not yes:
        say(
            "检查通过，没有写入；加 --yes 写入",
            "all is well, nothing was written; add --yes to load",
        )
        return
    keys = services().keys
    loaded: Loaded = in_writing(session(), lambda: load(session(), keys, book, None))
    _hand_out(loaded, address)


def _checked(file: Path) -> Book:
    """Raises ClickException with every fault, one a line."""
    try:
        book, faults = read(file)
        faults = faults or _against_server(book)
    except ImportInvalid as invalid:
        faults = list(invalid.faults)
        book = {}
    if faults:
        for fault in faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(
            f"有 {len(faults)} 处错误，没有写入 / {len(faults)} fault(s); nothing was written"
        )
    return book


@reads
def _against_server(book: Book) -> list[Fault]:
    return check(book, newest(session()), known(session()))


def _hand_out(loaded: Loaded, address: str) -> None:
    folder = services().settings.home / "enrolment"
    written = write_sheets(folder, loaded, address)
    for login, password in loaded.passwords.items():
        say(f"{login}：一次性密码 {password}", "one-time password")
    say(f"已写入；{len(written)} 张登记单在 {folder}", f"loaded; {len(written)} sheets in {folder}")
