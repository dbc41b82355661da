"""Promises about overwriting: never in silence, never by mistake, never what one does not know."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from forms.definition import Policy, Question
from forms.flatpath import definition_path
from tests.simulation.books import Change, Dispute
from tests.simulation.kept import SETTLED, alike, question, replayed, state_at
from tests.simulation.people import PROBE

if TYPE_CHECKING:
    from tests.simulation.promises import Case

UNKNOWN = ("future/unknown", PROBE)
EVERYTHING = 1 << 40


def base_of(case: "Case", change: Change) -> int:
    """The version of this record that the op's device had truly seen."""
    ledger = case.play.ledger
    op = ledger.sent.get((change.origin, change.op))
    if op is None:
        return EVERYTHING
    if change.rec == op["rec"]:
        version = op["base"]["v"] if op["base"] else 0
    else:
        version = op["seen"].get(change.rec, 0)
    known = ledger.known.get((change.origin, change.op))
    version = version if known is None else min(version, known.get(change.rec, 0))
    return ledger.base((change.origin, change.op), change.rec, version)


def asked_at(case: "Case", change: Change, path: str) -> Question | None:
    """The question behind a path of a submission, or behind a property of an entity."""
    op = case.play.ledger.sent.get((change.origin, change.op))
    form = case.books.forms.get((op["form"], op["form_v"])) if op else None
    if form is None:
        return None
    if op is not None and change.rec == op["rec"]:
        return question(form, path)
    kind = case.books.records[change.rec].type if change.rec in case.books.records else ""
    return next((q for q in form.questions if q.dataset == kind and q.save_to == path), None)


def no_silent_overwrite(case: "Case") -> Iterator[str]:
    for rec, changes in case.books.changes.items():
        before: dict[str, Any] = {}
        setters: dict[str, Change] = {}
        for change, after in zip(changes, replayed(changes), strict=True):
            for path in _moved(before, after):
                prior = setters.get(path)
                if prior is not None and _unseen(case, change, prior, path):
                    yield (
                        f"op {change.op} put {path}={after.get(path)!r} of {rec} over "
                        f"{before.get(path)!r} of op {prior.op}, which it had not seen"
                    )
                setters[path] = change
            before = after
    yield from _written_in_dispute(case)


def _moved(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    paths = before.keys() | after.keys()
    return sorted(p for p in paths if not alike(before.get(p), after.get(p)))


def _unseen(case: "Case", change: Change, prior: Change, path: str) -> bool:
    if _reverted(case, change, prior, path):
        return True
    if prior.origin == change.origin or prior.version <= base_of(case, change):
        return False
    asked = asked_at(case, change, path)
    if asked is None:
        return True
    office = asked.policy is Policy.OFFICE and (change.origin, change.op) in case.play.ledger.office
    return not (asked.calculated or asked.policy in SETTLED or office)


def _reverted(case: "Case", change: Change, prior: Change, path: str) -> bool:
    """A new form carried an old value of the register along, over the same phone's newer one."""
    op = case.play.ledger.sent.get((change.origin, change.op))
    if op is None or change.rec == op["rec"] or op["base"] or op.get("after"):
        return False
    base = base_of(case, change)
    asked = asked_at(case, change, path)
    if asked is None or asked.calculated or prior.version <= base or change.rec not in op["seen"]:
        return False
    if _sure(case, change, path):
        return False
    known = state_at(case.books, change.rec, base).get(path)
    return known is not None and alike(known, change.values.get(path))


def _written_in_dispute(case: "Case") -> Iterator[str]:
    for dispute in case.books.disputes:
        changes = case.books.changes.get(dispute.rec, [])
        place = _place(changes, dispute)
        if dispute.kind != "value" or dispute.state != "open" or place is None:
            continue
        states = replayed(changes)
        for later in range(place + 1, len(changes)):
            one, other = states[later - 1].get(dispute.path), states[later].get(dispute.path)
            if not alike(one, other) and dispute.path in changes[later].values:
                yield f"{dispute.path} of {dispute.rec} was written while it is in dispute"


def _place(changes: list[Change], dispute: Dispute) -> int | None:
    return next((i for i, change in enumerate(changes) if change.op == dispute.op), None)


def no_false_conflict(case: "Case") -> Iterator[str]:
    open_: set[tuple[str, str]] = set()
    for dispute in case.books.disputes:
        key = (dispute.rec, dispute.path)
        why = "" if dispute.kind != "value" else _false(case, dispute, key in open_)
        if why:
            yield f"op {dispute.op} is in conflict on {dispute.path} of {dispute.rec}: {why}"
        open_.add(key)


def _false(case: "Case", dispute: Dispute, joins: bool) -> str:
    changes = case.books.changes.get(dispute.rec, [])
    place = _place(changes, dispute)
    if place is None:
        return "it has no revision"
    asked = asked_at(case, changes[place], dispute.path)
    if asked is not None and asked.calculated:
        return "the question is calculated"
    if alike(dispute.standing, dispute.waiting):
        return f"{dispute.standing!r} is {dispute.waiting!r}"
    prior = setter(changes[:place], dispute.path)
    if _carried(case, dispute) and not _sure(case, changes[place], dispute.path):
        return "it only carried along what it had seen"
    if joins:
        return ""
    if prior is None:
        return "nobody had set it"
    if prior.origin == dispute.origin:
        return "it is one phone alone"
    if prior.version <= base_of(case, changes[place]):
        return "it had seen the value"
    return ""


def _carried(case: "Case", dispute: Dispute) -> bool:
    """The register said the same when the form was filled from it."""
    op = case.play.ledger.sent.get((dispute.origin, dispute.op), {})
    seen = op.get("seen", {}).get(dispute.rec)
    if not seen or len(case.play.ledger.epochs) > 1 or dispute.waiting is None:
        return False
    return alike(state_at(case.books, dispute.rec, seen).get(dispute.path), dispute.waiting)


def _sure(case: "Case", change: Change, path: str) -> bool:
    """Not carried along: the person said that it is so."""
    op = case.play.ledger.sent.get((change.origin, change.op), {})
    asked = asked_at(case, change, path)
    named = {definition_path(each) for each in op.get("confirmed", ())}
    return path in named or (asked is not None and asked.path in named)


def setter(changes: list[Change], path: str) -> Change | None:
    """Who last moved a path, by itself or with its row."""
    found, before = None, {}  # type: ignore[var-annotated]
    for change, after in zip(changes, replayed(changes), strict=True):
        if not alike(before.get(path), after.get(path)):
            found = change
        before = after
    return found


def nothing_erased(case: "Case") -> Iterator[str]:
    """What only newer apps know stays, until somebody takes it away by name."""
    for rec, row in case.books.records.items():
        if row.type != "submission":
            continue
        due = {p: None for p in UNKNOWN}
        for change in case.books.changes.get(rec, []):
            due |= {p: change.values[p] for p in UNKNOWN if p in change.values}
            op = case.play.ledger.sent.get((change.origin, change.op), {})
            named = {**op.get("set", {}), **dict.fromkeys(op.get("del", ()))}
            taken = [p for p in UNKNOWN if change.values.get(p, "") is None and p not in named]
            yield from (f"op {change.op} erased {p} of {rec} without naming it" for p in taken)
        for path, value in due.items():
            if not alike(value, case.books.docs[rec].get(path)):
                yield f"{path}={value!r} of {rec} is gone"
