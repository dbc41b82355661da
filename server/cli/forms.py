"""`flask forms …`: from a workbook to a published form, from the command line."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from forms import drafts, files, publish
from forms.author import Authored
from forms.compare import Comparison, compare
from forms.remark import FormRefused, Remark
from forms.template import template as made_template
from server.cli.burden import burden
from server.cli.terminal import plainly, say
from server.services import session
from server.transaction import in_writing, reading
from store.accounts import User
from store.errors import NotFound
from store.forms import FormDraft, FormRetired, FormVersion

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def forms() -> None:
    """Forms: check and upload a workbook, test it, publish it, retire it."""


@forms.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@plainly
def template(file: Path) -> None:
    """Write the workbook that authors start from to FILE."""
    file.write_bytes(made_template())
    say(f"已写好 {file}", f"wrote {file}")


@forms.command()
@click.argument("file", type=FILE)
@with_appcontext
@plainly
def check(file: Path) -> None:
    """Say everything there is to be said of FILE (xlsx or XForm xml); keep nothing."""
    made = _checked(file)
    if not made.fit:
        raise click.ClickException("有错误，不能发布 / it has errors and cannot be published")
    say("可以上传", "it can be uploaded")


@forms.command()
@click.argument("file", type=FILE)
@click.option("--publish", "now", is_flag=True, help="publish it at once, without testing")
@with_appcontext
@plainly
def upload(file: Path, now: bool) -> None:
    """Keep FILE as the draft of its form, in place of an older draft."""
    made = _checked(file)
    row = in_writing(session(), lambda: drafts.put(session(), made, file.name, None))
    say(f"草稿 {row.form} {row.version} 已保存", f"the draft {row.form} {row.version} is kept")
    if now:
        _publish(row.form)


@forms.command("publish")
@click.argument("form")
@with_appcontext
@plainly
def publish_(form: str) -> None:
    """Publish the draft of FORM: a version that never changes."""
    _publish(form)


@forms.command()
@click.argument("form")
@click.argument("logins", nargs=-1)
@with_appcontext
@plainly
def testers(form: str, logins: tuple[str, ...]) -> None:
    """Serve the draft of FORM to LOGINS and to nobody else."""

    def work() -> None:
        found = {
            u.login: u.id for u in session().scalars(select(User).where(User.login.in_(logins)))
        }
        strange = set(logins) - found.keys()
        if strange:
            raise NotFound(f"there is nobody with the login {', '.join(sorted(strange))}")
        people = {ident: login for login, ident in found.items()}
        drafts.name_testers(session(), drafts.get(session(), form), people, None)

    in_writing(session(), work)
    say(f"{form} 的试用人：{' '.join(logins) or '无'}", f"{form} is tested by {len(logins)}")


@forms.command()
@click.argument("form")
@with_appcontext
@plainly
def drop(form: str) -> None:
    """Drop the draft of FORM; what is published stays."""
    in_writing(session(), lambda: drafts.drop(session(), drafts.get(session(), form), None))
    say(f"{form} 的草稿已删除", f"the draft of {form} is gone")


@forms.command()
@click.argument("form")
@with_appcontext
@plainly
def retire(form: str) -> None:
    """No new visit begins with FORM; drafts on phones are still taken."""
    in_writing(session(), lambda: publish.retire(session(), form, None))
    say(f"{form} 已停用", f"{form} is retired")


@forms.command()
@click.argument("form")
@with_appcontext
@plainly
def reopen(form: str) -> None:
    """New visits begin with FORM again."""
    in_writing(session(), lambda: publish.reopen(session(), form, None))
    say(f"{form} 已恢复", f"{form} is in use again")


@forms.command("file")
@click.argument("file", type=FILE)
@click.option("--name", default="", help="what forms call it, where the file has another name")
@with_appcontext
@plainly
def file_(file: Path, name: str) -> None:
    """Upload a choice list (csv) or an attachment that forms name."""

    def work() -> str:
        row = files.put(session(), name or file.name, file.read_bytes(), None)
        publish.announce_files(session(), [row.name])
        return f"{row.name} {row.version}"

    told = in_writing(session(), work)
    say(f"{told} 已保存", f"{told} is kept")


@forms.command("list")
@with_appcontext
@plainly
def list_() -> None:
    """Every form with its versions, drafts and files."""
    with reading(session()) as current:
        retired = set(current.scalars(select(FormRetired.form)))
        query = select(FormVersion).order_by(FormVersion.form, FormVersion.published_at)
        for row in current.scalars(query):
            mark = " 已停用 / retired" if row.form in retired else ""
            click.echo(f"{row.form} {row.version} {row.published_at}{mark}")
        for draft in current.scalars(select(FormDraft).order_by(FormDraft.form)):
            click.echo(f"{draft.form} {draft.version} 草稿 / draft")
        for name, file in files.newest(current).items():
            click.echo(f"{name} {file.version} {file.size} B")


@forms.command("compare")
@click.argument("form")
@click.argument("old")
@click.argument("new")
@with_appcontext
@plainly
def compare_(form: str, old: str, new: str) -> None:
    """Two versions of FORM question by question; NEW may be `draft`."""
    with reading(session()) as current:
        told = compare(*(drafts.either(current, form, version) for version in (old, new)))
    _show(told)


def _show(told: Comparison) -> None:
    for line in told.lines:
        click.echo(
            f"{line.kind.value} {line.old or line.new}"
            + (f" → {line.new}" if line.old and line.new and line.old != line.new else "")
        )
        for detail in line.details:
            click.echo(f"    {detail.field}: {detail.old!r} → {detail.new!r}")
    say(f"{told.same} 题没有变", f"{told.same} questions are as they were")


def _checked(file: Path) -> Authored:
    """Says every remark; raises ClickException where the file is no form."""
    try:
        with reading(session()) as current:
            made = drafts.check(current, file.read_bytes(), file.name)
    except FormRefused as refused:
        _tell(refused.remarks)
        raise click.ClickException("没有保存 / nothing was kept") from refused
    _tell(made.remarks)
    return made


def _tell(remarks: tuple[Remark, ...]) -> None:
    for remark in remarks:
        click.echo(f"{remark.level.value}: {remark}", err=True)


def _publish(form: str) -> None:
    row = in_writing(
        session(), lambda: drafts.release(session(), drafts.get(session(), form), None)
    )
    say(f"{row.form} {row.version} 已发布", f"{row.form} {row.version} is published")


forms.add_command(burden)
