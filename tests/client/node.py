"""Node for tests of the form app, and its modules built so that a browser can load them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.trees import ROOT

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
    shutil.which("node") is None or not (CLIENT / "node_modules").is_dir(),
    reason="the form app needs Node and `npm ci` in client/",
)


def run(*words: str, **environment: str) -> str:
    """What the command said; a failure with it where it failed."""
    ran = subprocess.run(
        words, cwd=CLIENT, capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "NO_COLOR": "1", **environment},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def library(folder: Path, entry: str, name: str) -> Path:
    """`entry` built as `name`.js beside an empty page."""
    run("node", "-e", LIBRARY, str(folder), entry, name)
    (folder / "index.html").write_text("<!doctype html><title>test</title>", encoding="utf-8")
    return folder
