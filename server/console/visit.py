"""One visit."""

from flask.typing import ResponseReturnValue

from server.auth.guard import guard
from server.auth.permissions import Permission
from server.console.blueprint import blp


@blp.get("/visits/<string:ident>")
@guard(Permission.SEE)
def visit(ident: str) -> ResponseReturnValue:
    return ident
