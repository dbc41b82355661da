"""One conflict: both sides beside each other, and a person's decision with its reason."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import QuestionType
from reports.disputes import Value
from reports.quarrel import Quarrel, quarrel
from reports.wording import Known
from server.auth import sides, units
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.admin.disputes import name, shown
from server.console.blueprint import blp
from server.console.words import language, t
from server.problems import STATUS
from server.services import services, session
from server.transaction import in_writing, reading, reads, writes
from store import clock
from store.errors import Conflicting, Forbidden, Invalid
from sync.settle import Choice, Verdict, settle

NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL})


@blp.get("/conflicts/<string:ident>")
@guard(Permission.OFFICE)
@reads
def conflict(ident: str) -> str:
    return _page(ident)


@blp.post("/conflicts/<string:ident>/open")
@guard(Permission.UNMASK)
@writes
def open_conflict(ident: str) -> str:
    """The same page with P1 values in the open, once; that they were seen is kept."""
    told = quarrel(session(), services().keys, identity().who(), ident)
    sides.open_sides(session(), identity(), told)
    return _page(ident, open_=True)


@blp.post("/conflicts/<string:ident>/settle")
@guard(Permission.SETTLE)
def settle_conflict(ident: str) -> ResponseReturnValue:
    """What was refused is shown on the same page with what was typed."""
    try:
        in_writing(session(), lambda: _settle(ident))
    except (Invalid, Conflicting, Forbidden) as refusal:
        with reading(session()):
            return _page(ident, refusal.code, refusal.fields), STATUS[refusal.code]
    flash(t("已裁定。手机下次同步时会收到结果。", "Settled. Phones hear of it at their next sync."))
    return redirect(url_for("console.conflicts"))


def _settle(ident: str) -> None:
    known, keys = identity(), services().keys
    told = quarrel(session(), keys, known.who(), ident)
    units.require(Permission.SETTLE, told.dispute.household)
    chosen = request.form.get("choice", "")
    if chosen not in {c.value for c in Choice}:
        raise Invalid("choose one", choice="choose one")
    value = _typed(told.dispute.known) if chosen == Choice.OTHER.value else None
    verdict = Verdict(
        Choice(chosen), request.form.get("reason", ""), request.form.get("mark") or None, value
    )
    settle(session(), keys, sides.at_office(session(), known), ident, verdict, clock.now())


def _typed(known: Known | None) -> Any:
    """The office's own value, of the question's type. Raises Invalid."""
    if known is not None and known.question.type is QuestionType.SELECT_MULTIPLE:
        return request.form.getlist("value")
    text = request.form.get("value", "").strip()
    if not text:
        raise Invalid("a value is missing", value="missing")
    if known is None or known.question.type not in NUMBERS:
        return text
    try:
        whole = known.question.type is QuestionType.INTEGER
        number = int(text) if whole else float(text)
    except ValueError as fault:
        raise Invalid("a number is needed", value="a number") from fault
    if abs(number) >= 2**53:
        raise Invalid("a smaller number is needed", value="a number")
    return number


def _page(ident: str, fault: str = "", fields: Any = (), open_: bool = False) -> str:
    told = quarrel(session(), services().keys, identity().who(), ident)
    known = identity()
    household = told.dispute.household

    def words(value: Value) -> str:
        if open_ and value.known is not None:
            return value.known.words(value.value, language())
        return str(value.value) if open_ and value.value is not None else shown(value)

    values = [*told.base, *told.standing.values, *told.waiting.values]
    return render_template(
        "admin/conflict.html",
        q=told,
        d=told.dispute,
        name=name,
        words=words,
        opened=open_,
        hidden=any(value.secret for value in values),
        may_open=units.reaches(Permission.UNMASK, household),
        may_settle=sides.may_settle(known, told),
        own=told.open and known.user in told.authors,
        fault=fault,
        fields=fields,
        typed=request.form,
        choices=_choices(told),
        naming={each.path for each in values if each.path.rpartition("/")[2] == "full_name"},
    )


def _choices(told: Quarrel) -> list[Any]:
    known = told.dispute.known
    if known is None or not known.question.choices:
        return []
    return list(known.definition.choices.get(known.question.choices, ()))
