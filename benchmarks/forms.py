"""`make bench-forms` or `python -m benchmarks.forms`: evaluating forms, beside the phone's engine.

Both get the same documents. Ours builds the nodes, hides, calculates and judges every answer.
Theirs restores an instance and reads every value, relevance and fault once; it does more (a live
form is left behind), so its time is a measure, not a rival's.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psutil

from benchmarks import large
from forms.compile import Compiled, read_xform
from forms.definition import FormDefinition, Question, QuestionType
from forms.evaluate import evaluate
from forms.instance import build
from forms.pack import load_pack
from forms.plan import plan
from forms.syntax import parse
from tests.forms.agreement.reference import Trial, asked_of_reference

NOW = datetime(2026, 10, 18, 12, 30, tzinfo=timezone(timedelta(hours=8)))
VISITS = 10
HEAD = f"{'form':<34}{'nodes':>6}{'compile':>10}{'median':>10}{'worst':>10}{'goal':>7}{'engine':>9}"
ANSWERS: dict[QuestionType, Any] = {
    QuestionType.TEXT: "王一",
    QuestionType.INTEGER: 3,
    QuestionType.DECIMAL: 12.5,
    QuestionType.DATE: "1986-02-28",
    QuestionType.DATETIME: "2026-10-18T09:30:00.000+08:00",
    QuestionType.GEOPOINT: {"lat": 31.6, "lon": 107.9, "alt": 600, "acc": 5},
    QuestionType.IMAGE: {"name": "p.jpg", "sha256": "ab" * 32},
}


@dataclass(frozen=True)
class Case:
    """A form, a document that answers every question, and its goal in milliseconds."""

    name: str
    form: Compiled
    document: Mapping[str, Any]
    goal: float


def cases() -> list[Case]:
    [visit] = [f for f in load_pack("household").forms if "visit" in f.definition.form_id]
    big = large.compiled()
    return [
        Case("the pack's visit, 4 members", visit, filled(visit.definition, 4), 1.0),
        Case("300 questions, 10 repeats of 10", big, filled(big.definition, 10), 15.0),
    ]


def filled(definition: FormDefinition, rows: int) -> dict[str, Any]:
    """A document with an answer to every question, and so many rows of every repeat."""
    outside = {q.path: _answer(q, definition) for q in definition.questions if q.repeat is None}
    inside: dict[str, dict[str, dict[str, Any]]] = {}
    for question in definition.questions:
        if question.repeat is not None:
            inner = question.path[len(question.repeat) + 1 :]
            for row in range(rows):
                answers = inside.setdefault(question.repeat, {}).setdefault(f"row{row:05}", {})
                answers[inner] = _answer(question, definition)
    return {"set": outside, "rows": inside}


def _answer(question: Question, definition: FormDefinition) -> Any:
    if question.calculate:
        return None
    names = [choice.name for choice in definition.choices.get(question.choices or "", ())]
    if question.type is QuestionType.SELECT_ONE:
        return "met" if "met" in names else names[0] if names else None
    if question.type is QuestionType.SELECT_MULTIPLE:
        return names[:2]
    return ANSWERS.get(question.type)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--no-engine", action="store_true", help="without the phone's engine")
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {psutil.cpu_count()} cores, ", end="")
    print(f"load {psutil.getloadavg()[0]:.1f}; milliseconds for one document, CPU time of ours\n")
    print(HEAD)
    tried = cases()
    engine = _engine(tried) if not given.no_engine else [None] * len(tried)
    for case, theirs in zip(tried, engine, strict=True):
        print(_line(case, given.rounds, theirs), flush=True)


def _line(case: Case, rounds: int, theirs: float | None) -> str:
    fresh = read_xform(case.form.xform)
    parse.cache_clear()
    began = time.process_time()
    form = plan(fresh)
    compiling = (time.process_time() - began) * 1000
    took = []
    for _ in range(rounds):
        began = time.process_time()
        evaluate(fresh, case.document, now=NOW)
        took.append((time.process_time() - began) * 1000)
    nodes = sum(map(len, build(form.places, case.document, {})))
    median, verdict = statistics.median(took), ""
    verdict = "reached" if median <= case.goal else "MISSED"
    beside = f"{theirs:>9.1f}" if theirs is not None else f"{'–':>9}"
    return (
        f"{case.name:<34}{nodes:>6}{compiling:>10.1f}{median:>10.3f}{max(took):>10.3f}"
        f"{case.goal:>7g}{beside}  {verdict}"
    )


def _engine(tried: list[Case]) -> list[float | None]:
    """The phone's engine in Node, milliseconds for one document once it is warm."""
    trials = [Trial(case.name, case.form, (case.document,)) for case in tried]
    with tempfile.TemporaryDirectory() as folder:
        return [
            answer.get("milliseconds")
            for answer in asked_of_reference(trials, Path(folder), NOW, rounds=VISITS)
        ]


if __name__ == "__main__":
    main()
