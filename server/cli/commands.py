"""All commands, hung on the app."""

from flask import Flask

from server.cli import backup, demo, media, register, setup, staff


def install(app: Flask) -> None:
    groups = (setup.setup, register.register, staff.staff, media.media, demo.demo)
    for command in (*groups, backup.backup, backup.restore):
        app.cli.add_command(command)
