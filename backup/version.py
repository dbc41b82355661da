"""Which program this is, as archives and pages tell it."""

import tomllib
from pathlib import Path

VERSION: str = tomllib.loads(
    (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
)["project"]["version"]
