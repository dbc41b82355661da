"""One visit: what was said, what it rests on, and a supervisor's word."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.api.visits import visible
from server.auth import masking, units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.console import doubts, maps
from server.console.blueprint import blp
from server.console.words import t
from server.services import services, session
from server.transaction import in_writing, reading, reads
from store import areas, clock
from store.areas import Area
from store.errors import Invalid
from store.records import Record
from verify import answering, hearing, review
from verify import visit as read_model
from verify.history import Entry
from verify.visit import Decision, Visit

COMMENT = "comment:"
"""Before a flat path: the name of a comment's box."""


@blp.get("/visits/<string:ident>")
@guard(Permission.SEE)
@reads
def visit(ident: str) -> ResponseReturnValue:
    return _page(ident, {})


def _page(ident: str, typed: Mapping[str, str], fault: str = "") -> str:
    """`typed` is what was sent and refused, so that nobody types it twice."""
    record, area = visible(ident)
    told = read_model.read(session(), services().keys, record, masking.mask)
    known = identity()
    reviews = known.may(Permission.REVIEW, area)
    may_review = told.reviewable and reviews
    heard = hearing.of_visit(session(), record.id, clock.now(), services().settings.tz)
    first = reviews or answering.may(session(), known.user, record)
    return render_template(
        "visit.html",
        visit=told,
        place=_place(told.record),
        map=maps.drawing(_marks(told)),
        may_unmask=units.reaches(Permission.UNMASK, record.unit),
        may_review=may_review and record.author != known.user,
        own=may_review and record.author == known.user,
        typed=typed,
        fault=fault,
        comment=COMMENT,
        commented=comments(typed),
        past=_past(told),
        others=doubts.named({unit for doubt in told.doubts for unit in doubt.others}),
        heard=heard,
        doubts=[d for d in told.doubts if first or (d.id in heard and heard[d.id].open)],
    )


def _place(record: Record) -> Area | None:
    """The village that it is about, where it is about no household."""
    return session().get(Area, record.area) if areas.is_unit(record.unit) else None


def _past(told: Visit) -> list[tuple[str, Entry | None, Decision | None]]:
    """What was sent and what was decided, as it happened, newest first."""
    sent = [(entry.received_at, entry, None) for entry in told.entries]
    decided = [(decision.at, None, decision) for decision in told.decisions]
    return sorted([*sent, *decided], key=lambda step: step[0], reverse=True)


def _marks(told: Visit) -> list[maps.Mark]:
    marks = [maps.of_anchor(anchor) for anchor in told.place.anchors]
    fix = told.place.fix
    return marks + ([maps.of_fix(fix, t("这次走访的定位", "Fix of this visit"))] if fix else [])


@blp.post("/visits/<string:ident>/review")
@guard(Permission.REVIEW)
def visit_review(ident: str) -> ResponseReturnValue:
    """Approve, or return with a reason and comments; the version seen must still stand."""
    try:
        told = in_writing(session(), lambda: _decide(ident))
    except Invalid as fault:
        with reading(session()):
            return _page(ident, request.form, fault.detail), 422
    flash(told)
    return redirect(url_for("console.visit", ident=ident))


def _decide(ident: str) -> str:
    """The line that says what was done."""
    _, area = visible(ident)
    require(Permission.REVIEW, area)
    version = request.form.get("version", type=int) or 0
    user = identity().user
    if request.form.get("action") == "approve":
        review.approve(session(), user, ident, version)
        return t("已通过这次走访。", "The visit is approved.")
    reason = request.form.get("reason", "")
    review.send_back(session(), user, ident, version, reason, comments(request.form))
    return t(
        "已退回。手机下次同步时会看到原因和意见。",
        "Returned. The phone hears of it at its next sync.",
    )


def comments(form: Mapping[str, str]) -> dict[str, str]:
    """{flat path: words} of the boxes that were filled in."""
    return {
        name.removeprefix(COMMENT): words.strip()
        for name, words in form.items()
        if name.startswith(COMMENT) and words.strip()
    }
