"""`flask staff …`: people, from the command line."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from server.auth import staff as people
from server.cli.terminal import plainly, say
from server.services import session
from server.transaction import in_writing
from store.accounts import Role, User
from store.errors import NotFound


@click.group()
def staff() -> None:
    """Add, disable, enable people; reset passwords."""


@staff.command()
@click.argument("login")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("area")
@with_appcontext
@plainly
def add(login: str, name: str, role: str, area: str) -> None:
    """Add somebody with a role in an area (its code); prints the one-time password."""
    _, password = in_writing(
        session(), lambda: people.add(session(), login, name, role, area, None)
    )
    _show(login, password)


@staff.command()
@click.argument("login")
@with_appcontext
@plainly
def disable(login: str) -> None:
    """Close an account at once: pages end, phones are refused."""
    in_writing(session(), lambda: people.disable(session(), _person(login), None))
    say(f"已停用 {login}", f"{login} is disabled")


@staff.command()
@click.argument("login")
@with_appcontext
@plainly
def enable(login: str) -> None:
    """Open a closed account again."""
    in_writing(session(), lambda: people.enable(session(), _person(login), None))
    say(f"已启用 {login}", f"{login} is enabled")


@staff.command()
@click.argument("login")
@with_appcontext
@plainly
def reset(login: str) -> None:
    """Give somebody a one-time password; prints it."""
    password = in_writing(session(), lambda: people.reset(session(), _person(login), None))
    _show(login, password)


def _person(login: str) -> User:
    user = session().scalars(select(User).where(User.login == login)).one_or_none()
    if user is None:
        raise NotFound(f"there is nobody with the login {login}")
    return user


def _show(login: str, password: str) -> None:
    say(f"登录名 {login}，一次性密码 {password}", "login and one-time password")
