"""What may stand only in one place, and how long a file or a function may be."""

import ast

import pytest

from tests.house.trees import ROOMS, ROOT, imported, modules, tracked

FILE, FUNCTION = 300, 40

ONLY_HERE = {
    "PIL": {"media.decode", "media.exif", "media.inspect", "media.derive", "media.prints"},
    "pi_heif": {"media.decode"},
    "rq": {"jobs.relay", "jobs.horse", "worker"},
    "flask": {"server."},
    "flask_sqlalchemy": {"server.app"},
    "marshmallow": {"sync.wire", "server.api."},
    "redis": {"jobs.relay", "worker", "server.launch."},
    "boto3": {"media.s3"},
}
"""{library: modules (or `folder.`) that may import it}"""
COMMITS = {"server.transaction", "jobs.run", "jobs.relay"}


@pytest.mark.parametrize("library", sorted(ONLY_HERE))
def test_a_library_stands_in_its_own_place(library: str) -> None:
    wrong = []
    for name, tree in modules().items():
        if name.split(".")[0] not in (*ROOMS, "wsgi", "worker"):
            continue
        uses = any(target.split(".")[0] == library for target, _ in imported(tree))
        if uses and not _allowed(name, ONLY_HERE[library]):
            wrong.append(name)
    assert wrong == []


def _allowed(name: str, places: set[str]) -> bool:
    return any(name == p or (p.endswith(".") and name.startswith(p)) for p in places)


def test_only_the_rims_commit() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if name.split(".")[0] in ROOMS and name not in COMMITS
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]  # fmt: skip
    assert wrong == []


def test_xml_is_parsed_in_one_safe_place() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if name.split(".")[0] in ROOMS and name != "forms.safe_xml"
        and isinstance(node, ast.Attribute)
        and node.attr in ("XMLParser", "fromstring", "iterparse", "XML")
    ]  # fmt: skip
    assert wrong == []


def test_only_the_store_defines_tables() -> None:
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and not name.startswith("store.")
        and any(isinstance(base, ast.Name) and base.id == "Base" for base in node.bases)
        and name.split(".")[0] in ROOMS
        and any(isinstance(n, ast.Name) and n.id == "mapped_column" for n in ast.walk(node))
    ]
    assert wrong == []


def test_no_file_is_too_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in tracked()
        if path.suffix == ".py"
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE
    ]
    assert long == []


def test_no_function_is_too_long() -> None:
    long = [
        f"{name}.{node.name}: {length}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION
    ]
    assert long == []


def test_no_drawer_is_called_utils() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    assert [str(p) for p in tracked() if p.suffix == ".py" and p.stem in drawers] == []


def test_every_public_module_says_what_it_is_for() -> None:
    silent = [name for name, tree in modules().items() if not ast.get_docstring(tree)]
    assert silent == []
