"""Child processes: started with the same settings, restarted when they die, stopped together."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOG_BYTES = 10 * 1024 * 1024
CALM = 30.0
"""Seconds alive after which a restart is again the first."""
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Child:
    """`logged`: its output goes to this file; without one, to the terminal."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    logged: Path | None = None
    keep: bool = True
    """Start it again when it ends."""
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        output = _log(self.logged) if self.logged else None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**os.environ, **self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        if output:
            os.close(output)
        self.began = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def code(self) -> int | None:
        return self.process.poll() if self.process else None

    def sweep(self) -> None:
        """End what a dead leader left of its group, so that nobody holds its port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def plan_restart(self) -> float:
        """Seconds until it is started again: 0.5, 1, 2 … 30 when it keeps dying."""
        lasted = time.monotonic() - self.began
        self.failures = 0 if lasted > CALM else self.failures + 1
        wait: float = min(30.0, 0.25 * 2.0**self.failures)
        self.again_at = time.monotonic() + wait
        return wait

    def stop(self, patience: float) -> None:
        """Ask, wait, then end it."""
        if self.process is None:
            return
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.sweep()


def _die_with_parent() -> None:
    """Runs in the child before exec: even a killed launcher leaves nobody behind."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _log(path: Path) -> int:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
