"""What waits for a person: values that disagree, ops that wait, were set aside or came late."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reports import disputes, waiting
from reports.disputes import Value
from reports.wording import plain
from server.api.waiting import in_reach
from server.auth import reach, sides
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.masking import mask
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import Words, label, language, said, t
from server.services import services, session
from server.transaction import in_writing, reads
from store import clock
from store.discretion import masked
from sync import release

WHY: dict[str, Words] = {
    "out_of_scope": ("这户不在上报人手里", "The household is not in the sender's hands"),
    "entity_out_of_scope": ("写到了别户的人", "It names a person of another household"),
    "unit_missing": ("没有说明是哪一户", "It names no household"),
    "unknown_form": ("服务器没有这个表单版本", "This form version is not published here"),
    "form_mismatch": ("同一次走访换了表单", "The visit was begun with another form"),
    "record_type": ("记录的种类不对", "A record of another kind"),
    "foreign_origin": (
        "替别的手机上报，需要有权限的人",
        "Sent for another phone; a person must do that",
    ),
    "op_id_taken": ("编号和另一部手机的重复", "Another phone's op has the same number"),
    "unfit": ("内容无法存入数据库", "The database cannot hold it"),
}
"""{why an op was set aside: in words}"""


@blp.get("/conflicts")
@guard(Permission.OFFICE)
@reads
def conflicts() -> str:
    after = request.args.get("after", "")
    state = "settled" if request.args.get("state") == "settled" else "open"
    rows, following = disputes.conflicts(
        session(), services().keys, identity().who(), after, disputes.PAGE, state
    )
    return render_template(
        "admin/conflicts.html",
        rows=rows,
        following=following,
        after=after,
        state=state,
        shown=shown,
        name=name,
    )


@blp.get("/quarantine")
@guard(Permission.OFFICE)
@reads
def quarantine() -> str:
    before = request.args.get("before", "")
    people = reach.ids(identity(), Permission.OFFICE)
    rows, following = disputes.asides(session(), services().keys, people, before)
    late, _ = waiting.late(session(), identity().who())
    return render_template(
        "admin/quarantine.html",
        held=waiting.held(session(), people),
        late=late,
        may_release=identity().permits(Permission.SETTLE),
        rows=rows,
        following=following,
        before=before,
        shown=shown,
        name=name,
        why=WHY,
        masked=masked,
    )


@blp.post("/quarantine/<string:origin>/<string:op>/release")
@guard(Permission.SETTLE)
def release_op(origin: str, op: str) -> ResponseReturnValue:
    """Merge an op that waits; where it still cannot be, it stays and the page says why."""
    try:
        in_writing(session(), lambda: _let_go(origin, op))
        flash(t("已放行，并入了记录。", "It was let go and merged."))
    except release.StillUnfit as refusal:
        why = WHY.get(refusal.fields.get("why", ""))
        flash(t("还不能并入：", "It cannot be merged yet: ") + (said(why) if why else ""), "error")
    return redirect(url_for("console.quarantine"))


def _let_go(origin: str, op: str) -> None:
    in_reach(origin, op)
    who = sides.at_office(session(), identity())
    release.release(session(), services().keys, who, origin, op, clock.now())


def name(value: Value) -> str:
    """The question's words; where no form knows the path, the path itself."""
    known = value.known
    return label(known.question.label, value.path) if known else value.path


def shown(value: Value) -> str:
    """The answer as people read it. P1 is masked; what no form knows is all stars."""
    if value.value in (None, ""):
        return ""
    if value.known is None:
        return "***"
    if value.secret:
        return mask(value.path, plain(value.value))
    return value.known.words(value.value, language())
