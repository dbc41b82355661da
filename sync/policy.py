"""How one path is merged: its policy, its type, whether it is a witness, whether it is sealed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Any
from unicodedata import normalize

from forms.definition import FormDefinition, Policy, Question, QuestionType, Sensitivity
from forms.flatpath import definition_path

_NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL})
_CHOSEN = frozenset({QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE})


@dataclass(frozen=True, slots=True)
class Rule:
    """All that merging asks of a path."""

    policy: Policy = Policy.FIRST
    type: QuestionType = QuestionType.TEXT
    calculated: bool = False
    sealed: bool = False
    dataset: str | None = None
    save_to: str | None = None
    saves: bool = False
    """Whether its value goes on to an entity of the register."""
    must: bool = False
    """Required whenever it is asked: the register is never emptied of it."""
    offered: frozenset[str] | None = None
    """The choices of the form's own list; None where none is, or it comes beside the form."""


UNKNOWN = Rule()
"""A path that the definition does not know (an older or newer app): kept, never erased."""


class Rules(dict[str, Rule]):
    """`rules[flat path]`: of a form's paths, or of an entity's properties; UNKNOWN for any other.

    Asked hundreds of times for a visit, so a mapping, which Python asks without a call of ours.
    """

    def __missing__(self, flat: str) -> Rule:
        return self.get(definition_path(flat), UNKNOWN) if "[" in flat else UNKNOWN

    def for_one(self, paths: Iterable[str]) -> "Rules":
        """The same for one op, whose paths in rows are found once."""
        rules = Rules(self)
        for path in paths:
            if "[" in path:
                rules[path] = self[path]
        return rules


@lru_cache(maxsize=64)
def form_rules(definition: FormDefinition) -> Rules:
    return Rules({q.path: _rule(q, definition) for q in definition.questions})


@lru_cache(maxsize=256)
def entity_rules(definition: FormDefinition, dataset: str) -> Rules:
    """Rules of a dataset's properties as this form writes them."""
    saved = {q.save_to: _rule(q, definition) for q in definition.questions if q.dataset == dataset}
    return Rules({name: rule for name, rule in saved.items() if name})


def _rule(question: Question, definition: FormDefinition) -> Rule:
    own = question.choices if question.choices not in definition.lists else None
    named = question.type in _CHOSEN and not question.choice_value
    return Rule(
        policy=question.policy,
        type=question.type,
        calculated=question.calculated,
        sealed=question.sensitivity is Sensitivity.P1,
        dataset=question.dataset,
        save_to=question.save_to,
        saves=bool(question.dataset and question.save_to),
        must=question.required and not question.relevant,
        offered=definition.choice_names.get(own or "") if named else None,
    )


def fits(rule: Rule, value: Any) -> bool:
    """Whether the register may hold a value: a number where one is asked, a date that is one,
    choices that the list has; and something, where something must be told.

    Anything else stays where it was answered, to be looked at there.
    """
    if value is None:
        return not rule.must
    if rule.offered is not None:
        return _on_offer(rule, value)
    if rule.type in _NUMBERS:
        number = _number(value)
        return _is_number(number) and isfinite(number)
    if rule.type is QuestionType.DATE:
        return isinstance(value, str) and _is_date(value)
    return not (rule.must and isinstance(value, str) and not value.strip())


def _on_offer(rule: Rule, value: Any) -> bool:
    assert rule.offered is not None
    if rule.type is QuestionType.SELECT_MULTIPLE:
        chosen = _choices(value)
        return rule.offered.issuperset(chosen) and not (rule.must and not chosen)
    return isinstance(value, str) and value in rule.offered


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def same(rule: Rule, one: Any, other: Any) -> bool:
    """Typed equality: 36000 is 36000.0, a choice set has no order, a photo is its bytes."""
    if one is None or other is None:
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if type(one) is type(other) and one == other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _same_mapping(one, other)
    if rule.type is QuestionType.SELECT_MULTIPLE:
        return _choices(one) == _choices(other)
    if rule.type in _NUMBERS or (_is_number(one) and _is_number(other)):
        return bool(_number(one) == _number(other))
    if isinstance(one, str) and isinstance(other, str):
        return normalize("NFC", one) == normalize("NFC", other)
    return type(one) is type(other) and bool(one == other)


def _same_mapping(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if "sha256" in one or "sha256" in other:
        return bool(one.get("sha256") == other.get("sha256"))
    if "lat" in one and "lat" in other:
        return all(_number(one.get(key)) == _number(other.get(key)) for key in ("lat", "lon"))
    return dict(one) == dict(other)


def _choices(value: Any) -> frozenset[str]:
    parts = (
        value.split() if isinstance(value, str) else value if isinstance(value, list) else [value]
    )
    return frozenset(str(part) for part in parts)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> Any:
    """The number a value stands for; anything else stands for itself."""
    if _is_number(value):
        return float(value) if abs(value) < 2**53 else value
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def combined(rule: Rule, base: Any, standing: Any, later: Any) -> tuple[bool, Any]:
    """What a policy that needs no person makes of two values: (decided, the value)."""
    if rule.policy is Policy.LATEST:
        return True, later
    if rule.policy in (Policy.MAX, Policy.MIN) and standing is not None and later is not None:
        return _extreme(rule.policy, standing, later)
    if rule.policy is Policy.UNION:
        return True, _union(base, standing, later)
    if rule.policy is Policy.APPEND:
        return True, "\n".join(str(v) for v in (standing, later) if v not in (None, ""))
    return False, None


def _extreme(policy: Policy, standing: Any, later: Any) -> tuple[bool, Any]:
    one, other = _number(standing), _number(later)
    comparable = (_is_number(one) and _is_number(other)) or (
        isinstance(one, str) and isinstance(other, str)
    )
    if not comparable:
        return False, None
    take_later = other > one if policy is Policy.MAX else other < one
    return True, later if take_later else standing


def _union(base: Any, standing: Any, later: Any) -> list[str]:
    """Three-way: what either side added stays, what either side took away goes."""
    before = _choices(base) if base is not None else frozenset()
    here = _choices(standing) if standing is not None else frozenset()
    there = _choices(later) if later is not None else frozenset()
    kept = before & here & there
    return sorted(kept | (here - before) | (there - before))
