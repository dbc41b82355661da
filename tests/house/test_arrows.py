"""Imports run downward, in the open, and never in a circle."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.trees import DOORS, ROOMS, imported, modules, own

FLOORS = [
    {"store"},
    {"forms", "media"},
    {"sync", "backup"},
    {"verify"},
    {"reports"},
    {"server", "jobs"},
]
"""From the ground up; rooms of one floor do not know each other."""
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
LEVEL |= {door: len(FLOORS) for door in DOORS}


def arrows() -> Iterator[tuple[str, str, int]]:
    for name, tree in modules().items():
        for target, line in imported(tree):
            known = own(target)
            if known is not None and known != name:
                yield name, known, line


def test_every_import_runs_downward() -> None:
    wrong = []
    for source, target, line in arrows():
        here, there = source.split(".")[0], target.split(".")[0]
        if here == there or here not in LEVEL:
            continue
        if there not in LEVEL or LEVEL[there] >= LEVEL[here]:
            wrong.append(f"{source}:{line} imports {target}")
    assert wrong == []


def test_devices_know_nothing_of_the_server() -> None:
    phones = [(s, t) for s, t, _ in arrows() if s.startswith("devices.")]
    wrong = [f"{s} imports {t}" for s, t in phones if t.split(".")[0] in ROOMS]
    assert wrong == []


def test_no_import_hides_in_a_function() -> None:
    hidden = []
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                hidden += [f"{name}:{line}" for _, line in imported(node)]
            if isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
                hidden.append(f"{name}:{node.lineno}")
    assert hidden == []


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_no_circle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for source, target, _ in arrows():
        graph[source].add(target)
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            pytest.fail(" → ".join([*path[path.index(name) :], name]))
        if name not in done:
            for target in graph[name]:
                walk(target, (*path, name))
            done.add(name)

    for name in graph:
        walk(name, ())
