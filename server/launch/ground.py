"""Before anything starts: the port is free, and no other Ruhu lives in this folder."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from server.config import Settings
from server.launch.refusal import CannotStart


def ports_are_free(settings: Settings) -> None:
    """Ours, and the start page's where there is one. Raises CannotStart."""
    _port_is_free(settings.host, settings.port, "RUHU_PORT=8090")
    if settings.local_authority:
        _port_is_free(settings.host, settings.start_port, "RUHU_START_PORT=8091")


def _port_is_free(host: str, port: int, instead: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            where = f"{host}:{port}"
            raise CannotStart(
                f"地址 {where} 不能用（{taken.strerror}）。换一个端口：{instead} make run",
                f"{where} cannot be used ({taken.strerror}). Another port: {instead} make run",
            ) from taken


def only_one(home: Path) -> IO[str]:
    """Hold the returned file open as long as the process lives. Raises CannotStart."""
    file = (home / "run.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        file.seek(0)
        other = file.read().strip() or "?"
        file.close()
        raise CannotStart(
            f"{home} 里已有一个入户在运行（进程 {other}）。请先停止它。",
            f"another Ruhu (process {other}) is running in {home}. Stop it first.",
        ) from held
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
