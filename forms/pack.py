"""Packs: forms, lists and dated figures that are shipped as data."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.orm import Session

from forms.compile import Compiled, compile_xlsform
from forms.publish import VersionExists, publish
from forms.rules import Rule, rules_of
from store import parameters

ROOT = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class Pack:
    """What one folder of `forms/packs/` holds."""

    name: str
    forms: tuple[Compiled, ...]
    parameters: tuple[dict[str, Any], ...]
    """[{"name", "since", "value", "source": {language: words}}], with "places" {area's code: value}
    where it differs by province or county."""


def load_pack(name: str) -> Pack:
    folder = ROOT / name
    figures = orjson.loads((folder / "parameters.json").read_bytes())
    forms = tuple(compile_xlsform(path) for path in sorted(folder.glob("*.xlsx")))
    return Pack(name, forms, tuple(figures))


@cache
def pack_rules(name: str) -> tuple[Rule, ...]:
    """The rules of a pack, as its sources say them."""
    return rules_of(tomllib.loads((ROOT / name / "sources" / "rules.toml").read_text()))


def install(session: Session, pack: Pack, by: str | None) -> list[str]:
    """Publish a pack's forms and keep its figures; what is there already stays.

    Answers the versions that stand here with other content than the pack's: a published version
    never changes, so the pack's own waits for a version of its own.
    """
    for figure in pack.parameters:
        value = parameters.stored(figure)
        parameters.put(session, figure["name"], figure["since"], value, figure["source"])
    differing = []
    for compiled in pack.forms:
        try:
            publish(session, compiled, by)
        except VersionExists:
            differing.append(f"{compiled.definition.form_id} {compiled.definition.version}")
    return differing
