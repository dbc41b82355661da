"""The project's own Python files as syntax trees."""

import ast
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("store", "forms", "media", "backup", "sync", "verify", "reports", "server", "jobs")
DOORS = ("wsgi", "worker")


@lru_cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository, and new ones that are not ignored."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return tuple(p for line in told.stdout.splitlines() if (p := ROOT / line).is_file())


@lru_cache
def modules() -> dict[str, ast.Module]:
    """{dotted name: tree} of every room, the doors, devices and benchmarks."""
    found = {}
    for path in tracked():
        parts = path.relative_to(ROOT).with_suffix("").parts
        inside = parts[0] in (*ROOMS, "devices", "benchmarks") or parts in [(d,) for d in DOORS]
        if path.suffix == ".py" and inside:
            found[".".join(parts)] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.AST) -> list[tuple[str, int]]:
    """(dotted name, line) of everything a tree imports, wherever it stands."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def own(name: str) -> str | None:
    """The module of ours that an imported name means."""
    known = modules()
    while name:
        for module in (name, f"{name}.__init__"):
            if module in known:
                return module
        name = name.rpartition(".")[0]
    return None
