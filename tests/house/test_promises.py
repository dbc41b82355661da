"""Every route guarded, every outbox kind with a job, every setting told, migrations in a line."""

import re
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask

from jobs.catalogue import TABLE
from server import config
from server.app import create_app
from server.auth.permissions import Permission
from server.config import SETTINGS
from server.problems import STATUS
from store.outbox import Kind
from store.queues import QUEUE, QUEUES, budget
from tests.house.trees import ROOT, modules, tracked

PUBLIC = {
    "OPTIONS /api/v1/media",
    "GET /api/openapi.json",
    "GET /api/docs",
    "GET /api/v1/ping",
    "GET /metrics",
    "GET /api/v1/schemas/<string:name>.json",
    "POST /api/v1/enrol",
    "GET /static/<path:filename>",
    "GET /login",
    "POST /login",
    "POST /lang",
    "GET /enrol",
    "GET /start",
    "GET /start/ruhu-ca.crt",
    "GET /start/ruhu-ca.mobileconfig",
    "GET /start/static/<path:filename>",
    "GET /app",
    "GET /app/",
    "GET /app/<path:filename>",
}
"""Routes for anybody. A new one is added here by a person who has thought about it."""


def app_at(home: Path) -> Flask:
    return create_app(config.read({"RUHU_HOME": str(home), "RUHU_SECRET_KEY": "for tests"}))


def test_every_route_is_guarded(tmp_path: Path) -> None:
    app = app_at(tmp_path)
    names = {p.name for p in Permission} | {"signed in", "public"}
    naked = [
        f"{rule.rule}: {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "__ruhu_guard__", None) not in names
    ]
    assert naked == []


def test_public_routes_are_the_ones_we_know(tmp_path: Path) -> None:
    app = app_at(tmp_path)
    public = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].__ruhu_guard__ == "public"  # type: ignore[union-attr]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"} or {"OPTIONS"}
    }
    assert public == PUBLIC


def test_every_outbox_kind_has_a_job() -> None:
    assert set(TABLE) == set(QUEUE) == set(Kind)


def test_every_queue_is_served_and_used() -> None:
    assert set(QUEUE.values()) == set(QUEUES)


def test_no_work_is_called_slow_later_than_it_is_given_up() -> None:
    assert [kind for kind, job in TABLE.items() if budget(kind.value) > job.seconds] == []


def test_every_refusal_has_a_status() -> None:
    said = set()
    for name, tree in modules().items():
        if name.split(".")[0] in ("devices", "benchmarks"):
            continue
        source = (ROOT / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8")
        said |= set(re.findall(r'^    code = "([a-z0-9_]+)"', source, re.MULTILINE))
        said |= set(re.findall(r'[(,]\s*code="([a-z0-9_]+)"', source))
        assert tree is not None
    assert said - set(STATUS) - {"refused"} == set()


def test_every_setting_is_documented() -> None:
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if f"`{s.name}`" not in told] == []


def test_migrations_stand_in_one_line() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    scripts = ScriptDirectory.from_config(settings)
    [head] = scripts.get_heads()
    assert (ROOT / "migrations" / "current-head").read_text().strip() == head
    assert all(not s.is_branch_point for s in scripts.walk_revisions())


def test_no_machine_word_stands_in_the_project() -> None:
    words = re.compile(r"\B/work/(main|shared|plan)|\.\./shared|pypi[-]more")
    told = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".md", ".txt", ".in", ".toml", ".html", ".js", ".css", ".json"}
        and words.search(path.read_text(encoding="utf-8"))
    ]
    assert told == []


def test_nothing_is_left_to_do_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    told = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".html", ".md"}
        and path != Path(__file__).resolve()
        and "vendor" not in path.parts
        and later.search(path.read_text(encoding="utf-8"))
    ]
    assert told == []
