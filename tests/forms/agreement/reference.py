"""The reference engine beside ours: the same form, the same answers, what each makes of them."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from forms.compile import Compiled
from forms.evaluate import begin, evaluate, settle
from forms.instance import build
from forms.node import Item, Node
from forms.plan import plan
from forms.row_ids import ROW_ID
from tests.client.node import run

ENGINE = Path(__file__).with_name("engine.mjs")
ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Trial:
    """One form with the answers of some visits."""

    name: str
    form: Compiled
    documents: tuple[Mapping[str, Any], ...]
    files: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Item] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """What one engine makes of one question."""

    relevant: bool
    value: str
    violation: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One question on which the two do not agree."""

    ref: str
    ours: Said
    theirs: Said


def asked_of_reference(
    trials: list[Trial], folder: Path, now: datetime, rounds: int = 0
) -> list[dict[str, Any]]:
    """[{told: [[question…] for each document]} or {error}] of the reference engine, in Node."""
    wanted = [
        {
            "xform": trial.form.xform,
            "files": dict(trial.files),
            "instances": [instance(trial.form, each) for each in trial.documents],
            "rounds": rounds,
        }
        for trial in trials
    ]
    path = folder / "wanted.json"
    path.write_text(json.dumps(wanted), encoding="utf-8")
    answer: list[dict[str, Any]] = json.loads(
        run("node", str(ENGINE), str(path), TZ=ZONE, NOW=now.isoformat())
    )
    return answer


def theirs(told: list[dict[str, Any]]) -> dict[str, Said]:
    return {
        each["ref"]: Said(each["relevant"], each["value"], each["violation"])
        for each in told
        if "/meta/" not in each["ref"] and not each["ref"].endswith(f"/{ROW_ID}")
    }


def ours(trial: Trial, document: Mapping[str, Any], now: datetime) -> dict[str, Said]:
    """{reference: what we make of it}; faults that the reference engine has not are left out."""
    definition = trial.form.definition
    form = plan(definition)
    evaluation = evaluate(definition, document, now=now, lists=trial.lists)
    rules = {f.path: f.rule for f in evaluation.faults if f.rule in ("required", "constraint")}
    work = begin(form, build(form.places, document, {}), now, trial.lists)
    settle(form, work)
    return {
        reference(node): Said(node.on, node.text, rules.get(node.flat()))
        for nodes in work.nodes
        for node in nodes
        if node.place.question is not None
    }


def reference(node: Node) -> str:
    """`/data/people[2]/age`, as the reference engine names a node."""
    parts: list[str] = []
    here: Node | None = node
    while here is not None:
        parts.append(f"{here.name}[{here.at}]" if here.place.repeat else here.name)
        here = here.parent
    return "/" + "/".join(reversed(parts))


def instance(form: Compiled, document: Mapping[str, Any]) -> str:
    """A document as the XML that a phone keeps."""
    definition = form.definition
    [root] = build(plan(definition).places, document, {})[0]
    inner = "".join(_xml(kid) for kid in root.children())
    head = f'{definition.root} id="{definition.form_id}" version="{definition.version}"'
    meta = "<meta><instanceID>uuid:1</instanceID></meta>"
    return f"<{head}>{inner}{meta}</{definition.root}>"


def _xml(node: Node) -> str:
    inner = "".join(_xml(kid) for kid in node.children()) if node.kids else escape(node.text)
    return f"<{node.name}>{inner}</{node.name}>"


def differences(one: Mapping[str, Said], other: Mapping[str, Said]) -> Iterator[Difference]:
    """Where the two do not agree, question by question."""
    nothing = Said(False, "", None)
    for ref in sorted({*one, *other}):
        mine, their = one.get(ref, nothing), other.get(ref, nothing)
        alike = (mine.relevant, mine.violation) == (their.relevant, their.violation)
        if not alike or not _same(mine.value, their.value):
            yield Difference(ref, mine, their)


def _same(one: str, other: str) -> bool:
    """The reference engine prints decimals as `36000.0`, in positions as well."""
    if one == other:
        return True
    mine, theirs = re.split(r"[;\s]+", one), re.split(r"[;\s]+", other)
    return len(mine) == len(theirs) and all(map(_same_number, mine, theirs))


def _same_number(one: str, other: str) -> bool:
    try:
        return one == other or math.isclose(float(one), float(other), rel_tol=1e-12)
    except ValueError:
        return False
