"""Before anything starts: the port is free, and no other Ruhu lives in this folder."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from server.config import Settings
from server.launch.refusal import CannotStart


def port_is_free(settings: Settings) -> None:
    """Raises CannotStart."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            where = f"{settings.host}:{settings.port}"
            raise CannotStart(
                f"地址 {where} 不能用（{taken.strerror}）。换一个端口：RUHU_PORT=8081 make run",
                f"{where} cannot be used ({taken.strerror}). Another port: RUHU_PORT=8081 make run",
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
