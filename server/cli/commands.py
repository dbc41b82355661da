"""All commands, hung on the app."""

from flask import Flask


def install(app: Flask) -> None:
    app.cli.commands.pop("shell", None)
