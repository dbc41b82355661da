"""The forms of the agreement test: the pack's own, and the tricky ones beside this file."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from forms.compile import compile_xlsform
from forms.external import read_list
from forms.pack import load_pack
from tests.forms.agreement.answers import documents
from tests.forms.agreement.reference import Trial
from tests.forms.sheets import tables, workbook

HERE = Path(__file__).parent


def names() -> list[str]:
    """Every form's name, the pack's last."""
    pack = [each.definition.form_id for each in load_pack("household").forms]
    return [path.stem for path in sorted(HERE.glob("*.md"))] + pack


def trials(count: int, now: datetime, only: Sequence[str] = ()) -> list[Trial]:
    """Every form with so many documents; `only` names some of the tricky forms."""
    made = [_tricky(path, count, now) for path in sorted(HERE.glob("*.md"))]
    if only:
        return [trial for trial in made if trial.name in only]
    return made + [
        Trial(
            each.definition.form_id, each,
            documents(each.definition, each.definition.form_id, count, now, {}),
        )
        for each in load_pack("household").forms
    ]  # fmt: skip


def _tricky(path: Path, count: int, now: datetime) -> Trial:
    """A form from its tables; a table named like a file is a list beside the form."""
    sheets = tables(path.read_text("utf-8"))
    files = {name: _csv(rows) for name, rows in sheets.items() if "." in name}
    form = compile_xlsform(workbook({n: rows for n, rows in sheets.items() if n not in files}))
    beside = {id_: file for id_, file in form.definition.lists.items() if file in files}
    lists = {id_: read_list(file, files[file].encode()) for id_, file in beside.items()}
    answers = documents(form.definition, path.stem, count, now, lists)
    return Trial(path.stem, form, answers, files, lists)


def _csv(rows: list[list[str]]) -> str:
    return "\n".join(",".join(row) for row in rows) + "\n"
