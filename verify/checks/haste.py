"""D14, for one visit: shorter than reading its questions takes.

T < share × Σ characters / 6 s over the questions that were answered, but for rows of repeats, what
the register filled in and topics closed as unchanged. What is usual is compared nightly.
"""

from collections.abc import Mapping
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType
from verify.finding import Judgement, to_check
from verify.many.pace import Pace

LIMITS = Pace.NAME
UNREAD = frozenset({QuestionType.NOTE, QuestionType.HIDDEN, QuestionType.IMAGE})


def check(
    minutes: float | None, definition: FormDefinition, answers: Mapping[str, Any], limits: Pace
) -> Judgement:
    """`answers` by flat path. Without a time of arrival nothing is said."""
    needs = limits.least_share * reading_s(definition, answers, limits.chars_per_s) / 60
    if minutes is None or not 0 <= minutes < needs:
        return Judgement()
    found = to_check(
        "D14",
        0.3,
        f"到达后 {minutes * 60:.0f} 秒就填完了，读完所答的题约要 {needs * 60:.0f} 秒。"
        "到达时间填晚了的，请更正；提前填好的，请说明",
        f"It was finished {minutes * 60:.0f} seconds after arrival; reading what was answered "
        f"takes about {needs * 60:.0f}. Please mend the time of arrival, or say what was prepared",
        "door/arrived_at",
        {"seconds": round(minutes * 60), "limit_s": round(needs * 60)},
    )
    return Judgement((found,))


def reading_s(definition: FormDefinition, answers: Mapping[str, Any], chars_per_s: float) -> float:
    """Seconds that reading the answered questions' words takes."""
    asked = [q for q in definition.questions if _read(q, answers)]
    return sum(len(q.label.get("zh", "")) for q in asked) / chars_per_s


def _read(question: Question, answers: Mapping[str, Any]) -> bool:
    closed = question.closed_by and answers.get(question.closed_by) not in (None, "", "no")
    given = answers.get(question.path) not in (None, "", [])
    skipped = question.repeat or question.calculated or question.read_only or closed
    return given and not skipped and question.type not in UNREAD
