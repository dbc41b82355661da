"""The form app is built when its sources changed, and only then; what was built is never lost."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from server.launch import client
from server.launch.refusal import CannotStart

pytestmark = pytest.mark.skipif(
    not (client.machine_npm() or client.pypi_npm()),
    reason="no Node 20 here: make client fetches it",
)

BUILD = """
import { appendFileSync, cpSync, mkdirSync } from "node:fs";
const out = process.argv[process.argv.indexOf("--outDir") + 1];
appendFileSync("count.txt", "built ");
mkdirSync(out, { recursive: true });
cpSync("index.html", `${out}/index.html`);
if (process.env.RUHU_OUT !== out) throw new Error("what follows the build looks elsewhere");
"""
LOCK = {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": True}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A form app in small: no libraries, and a build that copies its page."""
    made = tmp_path / "client"
    (made / "src").mkdir(parents=True)
    (made / "src" / "main.js").write_text("1")
    (made / "index.html").write_text("one")
    (made / "build.mjs").write_text(BUILD)
    about = {"name": "app", "version": "1.0.0", "scripts": {"build": "node build.mjs"}}
    (made / "package.json").write_text(json.dumps(about))
    packages = {"packages": {"": {"name": "app", "version": "1.0.0"}}}
    (made / "package-lock.json").write_text(json.dumps(LOCK | packages))
    return made


def times(folder: Path) -> int:
    return (folder / "count.txt").read_text().count("built")


def test_it_is_built_once(folder: Path) -> None:
    assert client.built(folder) is True
    assert (folder / "dist" / "index.html").read_text() == "one"
    assert client.built(folder) is False
    assert times(folder) == 1


def test_a_touched_or_freshly_copied_source_builds_nothing(folder: Path) -> None:
    client.built(folder)
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    assert client.built(folder) is False
    elsewhere = folder.with_name("checkout")
    shutil.copytree(folder, elsewhere)
    assert client.built(elsewhere) is False


@pytest.mark.parametrize(
    "name", ["src/main.js", "src/new.js", "public/icon.svg", "index.html", "vite.config.js"]
)
def test_a_changed_source_builds_again(folder: Path, name: str) -> None:
    client.built(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("two")
    assert client.built(folder) is True
    assert not (folder / "dist.new").exists() and not (folder / "dist.old").exists()


def test_libraries_are_installed_again_only_with_another_lock(folder: Path) -> None:
    client.built(folder)
    kept = folder / "node_modules" / "kept"
    kept.write_text("npm ci would take this away")
    (folder / "src" / "main.js").write_text("2")
    client.built(folder)
    assert kept.exists()
    lock = json.loads((folder / "package-lock.json").read_text())
    (folder / "package-lock.json").write_text(json.dumps(lock, indent=1))
    client.built(folder)
    assert not kept.exists()


def test_a_build_that_fails_keeps_the_app_and_says_where_to_look(folder: Path) -> None:
    client.built(folder)
    (folder / "build.mjs").write_text("console.error('no such thing'); process.exit(3);")
    (folder / "src" / "main.js").write_text("2")
    for _ in range(2):
        with pytest.raises(CannotStart, match=r"npm run build.*build\.log") as told:
            client.built(folder)
        assert len(str(told.value).splitlines()) == 2
    assert (folder / "dist" / "index.html").read_text() == "one"
    assert "no such thing" in (folder / "build.log").read_text()


def test_a_build_without_a_page_is_a_failure(folder: Path) -> None:
    (folder / "build.mjs").write_text("")
    with pytest.raises(CannotStart, match="could not be built"):
        client.built(folder)
    assert not (folder / "dist").exists()


def test_a_dist_that_was_taken_away_is_built_again(folder: Path) -> None:
    client.built(folder)
    shutil.rmtree(folder / "dist")
    assert client.built(folder) is True


def test_an_old_node_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        tool = tmp_path / name
        tool.write_text("#!/bin/sh\necho v18.20.4\n")
        tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert client.machine_npm() is None
    (tmp_path / "node").write_text("#!/bin/sh\necho v24.1.0\n")
    assert client.machine_npm() == [str(tmp_path / "npm")]


def test_without_an_app_there_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "client").mkdir()
    assert client.main(tmp_path / "client") == 0
