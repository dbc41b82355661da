"""`flask household …`: one household, from the command line."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from server.cli.terminal import plainly, say
from server.register.entry import unit_id
from server.services import session
from server.transaction import in_writing
from store import hands, ids
from store.accounts import User
from store.errors import NotFound


@click.group()
def household() -> None:
    """Give a household to another cadre, or move it to another village."""


@household.command()
@click.argument("code")
@click.option("--to", default="", help="login of the cadre who gets it")
@click.option("--area", default="", help="code of the village or group it moves to")
@click.option("--reason", required=True, help="why; kept in the log")
@with_appcontext
@plainly
def reassign(code: str, to: str, area: str, reason: str) -> None:
    """Reassign the household CODE (its number in the register, or its id)."""
    unit = code if ids.is_uuid(code) else unit_id(code)

    def work() -> None:
        hands.change(session(), unit, _user(to) if to else None, area or None, reason, None)

    in_writing(session(), work)
    say(f"已办理 {code}", f"{code} is reassigned")


def _user(login: str) -> str:
    found = session().scalars(select(User.id).where(User.login == login)).one_or_none()
    if found is None:
        raise NotFound(f"there is nobody with the login {login}")
    return found
