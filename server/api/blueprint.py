"""Our blueprint: bodies may come compressed, and a malformed one gets its name."""

from typing import Any

import flask_smorest
from flask import Request
from webargs.flaskparser import FlaskParser

from server.api.body import inflated
from sync import strict

MAX_BODY = 256 * 1024
"""Bytes of any body but a push, inflated."""


class Parser(FlaskParser):
    """Reads JSON as push does: inflated in a stream with a cap, never by its header's word."""

    def load_json(self, req: Request, schema: Any) -> Any:
        return strict.read(inflated(req, MAX_BODY))


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = Parser()
