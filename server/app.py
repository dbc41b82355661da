"""The Flask app, as a named list of steps."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, g
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from flask_smorest import Api
from flask_sqlalchemy import SQLAlchemy

from media.storage import storage_for
from server import config, logs, metrics, problems
from server.api import (
    conflicts,
    contact,
    device,
    drafts,
    form_files,
    forms,
    households,
    media,
    people,
    schemas,
    sync,
    visits,
    waiting,
    work,
)
from server.api.body import json
from server.api.describe import document
from server.auth import headers, throttle
from server.auth.guard import public
from server.cli import commands
from server.config import BadSetting, Settings
from server.console.errors import render
from server.console.pages import install as install_console
from server.services import Services
from server.start import client, pages, showing
from server.tables import MIGRATIONS
from store import ids
from store.db import engine_options, prepare
from store.schema import METADATA
from store.seal import Keyring

ROOMS = (
    sync, device, media, people, forms, drafts, form_files, visits, conflicts, waiting, households,
    schemas, work,
)  # fmt: skip
Step = Callable[[Flask, Settings], None]
MAX_FORM = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Raises BadSetting."""
    chosen = settings or config.read()
    app = Flask("ruhu", static_folder=None)
    for step in STEPS:
        step(app, chosen)
    return app


def _basics(app: Flask, settings: Settings) -> None:
    logs.configure(settings.log)
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_FORM
    app.config["SECRET_KEY"] = Keyring(settings.secret_key).derive("flask")


def _database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db = SQLAlchemy(metadata=METADATA, session_options={"expire_on_commit": False})
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        prepare(db.engine)


def _services(app: Flask, settings: Settings) -> None:
    keys = Keyring(settings.secret_key)
    try:
        storage = storage_for(settings.media_url)
    except ValueError as fault:
        raise BadSetting(
            "设置 RUHU_MEDIA_URL 不能用（照片存放处），写法见 docs/operations.md\n"
            f"RUHU_MEDIA_URL cannot be used: {fault}"
        ) from fault
    app.extensions["ruhu"] = Services(settings, keys, storage)


def _refusals(app: Flask, _settings: Settings) -> None:
    problems.install(app, render)


def _requests(app: Flask, _settings: Settings) -> None:
    def begin() -> None:
        g.request_id = ids.new()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=g.request_id)

    def end(response: Response) -> Response:
        response.headers.setdefault("Ruhu-Request", g.get("request_id", ""))
        return response

    app.before_request(begin)
    app.after_request(end)


def _api(app: Flask, _settings: Settings) -> None:
    app.config.update(
        API_TITLE="Ruhu",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    contact.watch(app)
    api = Api(app)
    for room in ROOMS:
        api.register_blueprint(room.blp)
    described = document(app, api.spec.to_dict())
    app.extensions["ruhu_api"] = described

    app.register_blueprint(metrics.blp)

    @public
    def openapi() -> ResponseReturnValue:
        return json(described)

    app.view_functions["api-docs.openapi_json"] = openapi


def _console(app: Flask, _settings: Settings) -> None:
    install_console(app)


def _start(app: Flask, settings: Settings) -> None:
    showing.install(app, settings, pages.ROOM, client.ROOM)


def _commands(app: Flask, _settings: Settings) -> None:
    commands.install(app)


STEPS: tuple[Step, ...] = (
    _basics,
    _database,
    _services,
    _requests,
    headers.install,
    throttle.install,
    _api,
    _refusals,
    _console,
    _start,
    _commands,
)
