"""What a command line says, and how it ends."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from store.errors import Refusal

P = ParamSpec("P")
R = TypeVar("R")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A refusal becomes one sentence and exit code 1."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Refusal as refusal:
            told = [f"  {name}: {words}" for name, words in refusal.fields.items()]
            raise click.ClickException("\n".join([refusal.detail, *told])) from refusal

    return said


def say(chinese: str, english: str) -> None:
    click.echo(f"{chinese} / {english}")
