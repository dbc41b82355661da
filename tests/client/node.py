"""Node for tests of the form app, and its modules built so that a browser can load them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from server.launch.client import machine_npm, pypi_npm
from tests.house.trees import ROOT

NODE = machine_npm() or pypi_npm()
CLIENT = ROOT / "client"
PATIENCE = 180
LIBRARY = """
const [, folder, entry, fileName] = process.argv
import('vite').then((vite) => vite.build({
  configFile: false, logLevel: 'error',
  build: { outDir: folder, lib: { entry, formats: ['es'], fileName } },
}))
"""

needs_node = pytest.mark.skipif(
    NODE is None or not (CLIENT / "node_modules").is_dir(),
    reason="the form app needs Node and its libraries: make client",
)


def run(*words: str, **environment: str) -> str:
    """What a command of Node, or of the app's libraries, said; raises with it where it failed."""
    assert NODE is not None
    folders = [str(CLIENT / "node_modules" / ".bin"), str(Path(NODE[0]).parent)]
    path = os.pathsep.join([*folders, os.environ["PATH"]])
    found = shutil.which(words[0], path=path)
    assert found is not None, words[0]
    ran = subprocess.run(
        [found, *words[1:]], cwd=CLIENT, capture_output=True, text=True, timeout=PATIENCE,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **environment}, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def library(folder: Path, entry: str, name: str) -> Path:
    """`entry` built as `name`.js beside an empty page."""
    run("node", "-e", LIBRARY, str(folder), entry, name)
    (folder / "index.html").write_text("<!doctype html><title>test</title>", encoding="utf-8")
    return folder
