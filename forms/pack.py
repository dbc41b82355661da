"""Packs: forms, lists and dated figures that are shipped as data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.orm import Session

from forms.compile import Compiled, compile_xlsform
from forms.publish import publish
from store import parameters

ROOT = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class Pack:
    """What one folder of `forms/packs/` holds."""

    name: str
    forms: tuple[Compiled, ...]
    parameters: tuple[dict[str, Any], ...]
    """[{"name", "since", "value", "source"}]"""


def load_pack(name: str) -> Pack:
    folder = ROOT / name
    figures = orjson.loads((folder / "parameters.json").read_bytes())
    forms = tuple(compile_xlsform(path) for path in sorted(folder.glob("*.xlsx")))
    return Pack(name, forms, tuple(figures))


def install(session: Session, pack: Pack, by: str | None) -> None:
    """Publish a pack's forms and keep its figures; what is there already stays."""
    for figure in pack.parameters:
        parameters.put(session, **figure)
    for compiled in pack.forms:
        publish(session, compiled, by)
