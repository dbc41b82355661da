"""One household."""

from flask.typing import ResponseReturnValue

from server.auth.guard import guard
from server.auth.permissions import Permission
from server.console.blueprint import blp


@blp.get("/households/<string:unit>")
@guard(Permission.SEE)
def household(unit: str) -> ResponseReturnValue:
    return unit
