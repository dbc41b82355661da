"""The whole of Ruhu as `make run` starts it, for tests that kill parts of it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.house.trees import ROOT
from tests.kit.wait import until

OPEN = (
    "SELECT count(*) FROM outbox WHERE state != 'done' AND (state != 'pending' OR attempts > 0"
    " OR due_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
)
"""Work that is not done, but for what was only planned for a later hour and never tried."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Launched:
    """One installation in a folder of its own."""

    home: Path
    demo: bool = True
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    more: dict[str, str] = field(default_factory=dict)
    """Further settings."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("RUHU_")}
        told = {"RUHU_HOME": str(self.home), "RUHU_PORT": str(self.port)}
        return {**kept, **told, "RUHU_DEMO": "1" if self.demo else "0"} | self.more

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def terminal(self) -> str:
        return (self.home.parent / "terminal.txt").read_text(encoding="utf-8")

    def start(self) -> None:
        with (self.home.parent / "terminal.txt").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.launch"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def kill(self, words: Sequence[str]) -> int:
        """`kill -9` of the launcher's own child whose command line has these words; its pid."""
        assert self.process is not None
        found: list[psutil.Process] = []

        def there() -> bool:
            children = psutil.Process(self.process.pid).children() if self.process else []
            found[:] = [c for c in children if all(w in " ".join(c.cmdline()) for w in words)]
            return bool(found)

        until(there, told=f"no child {words}")
        found[0].kill()
        return found[0].pid

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Rows of the SQLite database, read while everything runs."""
        with sqlite3.connect(
            f"file:{self.home / 'ruhu.sqlite'}?mode=ro", uri=True, timeout=30
        ) as db:
            return list(db.execute(query))

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
