"""A pack's rules asked of a visit: which of them answers break."""

from datetime import UTC, datetime
from typing import Any

from forms.definition import FormDefinition
from forms.evaluate import evaluate
from forms.flatpath import definition_path
from forms.pack import Pack
from forms.rules import broken
from store.parameters import stored

NOON = datetime(2026, 10, 18, 4, 0, tzinfo=UTC)
SURVEY = {"door/outcome": "met", "door/purpose": ["survey"]}
HEAD = {"full_name": "陈福", "relation": "01"}


def told(
    forms: dict[str, FormDefinition],
    pack: Pack,
    form: str,
    values: dict[str, Any],
    *members: dict[str, Any],
    **figures: float,
) -> set[str]:
    rows = {f"aaaaaaa{i}": row for i, row in enumerate(members)}
    doc = {"set": values, "rows": {"people/members": rows} if rows else {}}
    known = {f["name"]: stored(f) for f in pack.parameters} | figures
    ours = evaluate(forms[form], doc, now=NOON, figures=known)
    faulty = {forms[form].question(definition_path(f.path)).rule for f in ours.faults}
    return {one.rule for one in broken(forms[form], doc, ours)} | {rule for rule in faulty if rule}
