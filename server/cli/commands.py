"""All commands, hung on the app."""

from flask import Flask

from server.cli import (
    backup,
    demo,
    forms,
    household,
    media,
    register,
    schemas,
    setup,
    staff,
    verify,
)


def install(app: Flask) -> None:
    for command in (
        setup.setup,
        register.register,
        forms.forms,
        staff.staff,
        household.household,
        media.media,
        schemas.schemas,
        demo.demo,
        backup.backup,
        backup.restore,
        verify.verify,
    ):
        app.cli.add_command(command)
