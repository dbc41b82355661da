"""The demo: a made-up township loaded once, then visited through the API by scripted phones."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from server.cli.demo import LOGINS
from server.config import Settings
from server.launch.children import ROOT, Child
from server.launch.refusal import CannotStart
from server.tls import files


def wanted(settings: Settings, is_new: bool) -> bool:
    """On a new installation that asks for it, and again where it was interrupted.

    Never where its accounts would be refused.
    """
    if settings.closed_to_demo:
        return False
    begun = (settings.home / LOGINS).exists()
    return (settings.demo and is_new) or (begun and not _done(settings.home).exists())


def prepare(settings: Settings, environment: Mapping[str, str]) -> None:
    """The office's workbook, imported as an office would. Raises CannotStart."""
    workbook = settings.home / "demo-township.xlsx"
    for command in (
        [sys.executable, "-m", "devices.workbook", str(workbook)],
        [sys.executable, "-m", "flask", "demo", "prepare", str(workbook)],
    ):
        told = subprocess.run(
            command, cwd=ROOT, env=dict(environment), capture_output=True, text=True
        )
        if told.returncode:
            raise CannotStart(
                f"演示数据没有准备好：{told.stderr[-500:]}",
                f"the demo data could not be prepared ({' '.join(command[1:4])})",
            )


def phones(settings: Settings, base_url: str, environment: Mapping[str, str]) -> Child:
    """The scripted phones; they go on where they were when they are started again."""
    command = [sys.executable, "-m", "devices.demo", "--base-url", base_url]
    command += ["--logins", str(settings.home / LOGINS), "--state", str(settings.home / "demo")]
    if settings.local_authority:
        command += ["--trust", str(files.folder(settings.home) / files.CA_CERT)]
    return Child("demo", command, environment)


def finished(home: Path) -> None:
    _done(home).touch()


def logins(settings: Settings) -> list[dict[str, Any]]:
    """[{login, password, name, role}] of the demo's people who may come in."""
    path = settings.home / LOGINS
    if settings.closed_to_demo or not path.exists():
        return []
    return list(orjson.loads(path.read_bytes())["users"])


def _done(home: Path) -> Path:
    return home / "demo" / "finished"
