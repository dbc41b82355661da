"""All commands, hung on the app."""

from flask import Flask

from server.cli import backup, burden, demo, household, media, register, schemas, setup, staff


def install(app: Flask) -> None:
    for command in (
        setup.setup,
        register.register,
        staff.staff,
        household.household,
        burden.forms,
        media.media,
        schemas.schemas,
        demo.demo,
        backup.backup,
        backup.restore,
    ):
        app.cli.add_command(command)
