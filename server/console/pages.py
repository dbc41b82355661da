"""All pages, hung on one blueprint."""

from flask import Blueprint, Flask, Response

from server.auth.guard import public

blp = Blueprint("console", __name__, static_folder="static", static_url_path="/static")


@blp.get("/login")
@public
def login() -> Response:
    return Response("")


def install(app: Flask) -> None:
    app.register_blueprint(blp)
