"""A start that cannot be is refused in one clear sentence, with exit code 1."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from server.launch import ground
from tests.house.trees import ROOT
from tests.server.tls import papers


def launched(**settings: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RUHU_")}
    return subprocess.run(
        [sys.executable, "-m", "server.launch"],
        cwd=ROOT,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = launched(RUHU_HOME=str(tmp_path), RUHU_PORT=str(port))
    assert told.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    told = launched(RUHU_HOME=str(tmp_path / "home"), RUHU_PORT=str(free_port()))
    assert told.returncode == 1
    assert "RUHU_HOME=" in told.stderr and "cannot be written to" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_setting_that_is_nonsense(tmp_path: Path) -> None:
    told = launched(RUHU_HOME=str(tmp_path), RUHU_PORT="eighty")
    assert told.returncode == 1
    assert "RUHU_PORT='eighty' cannot be used: a port is a number from 1 to 65535" in told.stderr
    assert "设置 RUHU_PORT='eighty' 不能用" in told.stderr


def test_a_home_in_which_another_runs(tmp_path: Path) -> None:
    with ground.only_one(tmp_path):
        told = launched(RUHU_HOME=str(tmp_path), RUHU_PORT=str(free_port()))
    assert told.returncode == 1
    assert f"another Ruhu (process {os.getpid()}) is running" in told.stderr


def test_a_certificate_that_expired(tmp_path: Path) -> None:
    cert, key = papers.official(tmp_path, ends=-0.5)
    told = launched(
        RUHU_HOME=str(tmp_path / "home"), RUHU_TLS_CERT=str(cert), RUHU_TLS_KEY=str(key)
    )
    assert told.returncode == 1
    assert f"{cert} 已于" in told.stderr and f"{cert} expired on" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_start_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.2", 0))
        other.listen()
        port = other.getsockname()[1]
        told = launched(
            RUHU_HOME=str(tmp_path), RUHU_LAN="1", RUHU_HOST="127.0.0.2",
            RUHU_PORT=str(free_port()), RUHU_START_PORT=str(port),
        )  # fmt: skip
    assert told.returncode == 1
    assert f"127.0.0.2:{port} cannot be used" in told.stderr
    assert "RUHU_START_PORT=8091" in told.stderr


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    told = subprocess.run(
        ["make", "run", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode != 0
    assert "Python 3.11 or newer is needed, this is Python 3.9.2" in told.stderr
