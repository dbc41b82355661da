"""Which question of a form names the household or village that its answers are of."""

from collections.abc import Iterable

from forms.definition import Question, QuestionType, Subject

_HOUSEHOLD, _VILLAGE = Subject.HOUSEHOLD.value, Subject.VILLAGE.value


def unit_path(questions: Iterable[Question]) -> str:
    """Where it stands, or would stand: a form that names neither has no question there."""
    hidden = {q.path for q in questions if q.type is QuestionType.HIDDEN}
    return _VILLAGE if {_HOUSEHOLD, _VILLAGE} & hidden == {_VILLAGE} else _HOUSEHOLD
