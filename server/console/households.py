"""The first page: every household of my area."""

from flask import render_template
from flask.typing import ResponseReturnValue

from server.auth.guard import guard
from server.auth.permissions import Permission
from server.console.blueprint import blp


@blp.get("/")
@guard(Permission.SEE)
def households() -> ResponseReturnValue:
    return render_template("households.html")
