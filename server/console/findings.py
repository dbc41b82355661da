"""What is to be checked: the day's list of a reviewer, one finding with its evidence, a verdict."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.api.visits import visible
from server.auth import units
from server.auth.guard import guard
from server.auth.identity import identity, require
from server.auth.permissions import Permission
from server.console import doubts, smallmap
from server.console.blueprint import blp
from server.console.words import said, t
from server.services import services, session
from server.transaction import in_writing, reads
from store import clock
from store.accounts import User
from store.errors import NotFound
from store.findings import find_open
from verify import answering, casefile, docket, verdicts
from verify.catalogue import CATALOGUE
from verify.innocent import WORDS
from verify.reading import household_codes


def tried_label(code: str) -> str:
    return said(WORDS[code]) if code in WORDS else code


@blp.get("/findings")
@guard(Permission.REVIEW)
@reads
def findings() -> str:
    """What I am shown today, the most worth a look first."""
    who = units.with_permission(identity(), Permission.REVIEW)
    now, tz = clock.now(), services().settings.tz
    mine = docket.read(session(), who, now, tz)
    return render_template(
        "findings.html",
        docket=mine,
        codes=household_codes(session(), [item.unit for item in mine.today]),
    )


@blp.get("/findings/<string:ident>")
@guard(Permission.SEE)
@reads
def finding(ident: str) -> str:
    """Raises NotFound for who may not see it before the cadre was heard."""
    row = find_open(session(), ident)
    record, area = visible(row.rec)
    now, tz = clock.now(), services().settings.tz
    told = casefile.read(session(), row, now, tz)
    known = identity()
    reviews = known.may(Permission.REVIEW, area)
    answers = answering.may(session(), known.user, record)
    if not (told.hearing.open or reviews or answers):
        raise NotFound("there is no such finding, or it is gone by now")
    shown = units.seen({picture.unit for picture in told.pictures})
    return render_template(
        "finding.html",
        file=told,
        others=doubts.named(told.others),
        check=next((c for c in CATALOGUE if c.rule == row.rule), None),
        near=smallmap.of_place(told.place),
        may_decide=reviews and record.author != known.user and told.hearing.open,
        may_answer=answers,
        reply_by=_name(told.hearing.reply.by) if told.hearing.reply else "",
        verdict_by=_name(told.verdict.by) if told.verdict else "",
        reached={p.rec for p in told.pictures if p.unit in shown},
        tried_label=tried_label,
    )


def _name(user: str) -> str:
    row = session().get(User, user)
    return row.name if row else ""


@blp.post("/findings/<string:ident>/verdict")
@guard(Permission.REVIEW)
def finding_verdict(ident: str) -> ResponseReturnValue:
    silent = in_writing(session(), lambda: _decide(ident))
    flash(t("已记下。", "Noted."))
    if silent:
        flash(
            t(
                "这条规则多半问错了，已自动静音，不再提示。",
                "This rule asked in vain too often and has fallen silent.",
            ),
            "warning",
        )
    return redirect(url_for("console.findings"))


def _decide(ident: str) -> bool:
    row = find_open(session(), ident)
    _, area = visible(row.rec)
    require(Permission.REVIEW, area)
    told, words = request.form.get("verdict", ""), request.form.get("words", "")
    now, tz = clock.now(), services().settings.tz
    return verdicts.give(session(), identity().user, ident, told, words, now, tz)


@blp.post("/findings/<string:ident>/answer")
@guard(Permission.SEE)
def finding_answer(ident: str) -> ResponseReturnValue:
    """The cadre's words, where the phone is not at hand."""
    in_writing(session(), lambda: _answer(ident))
    flash(t("已收到您的答复。", "Your answer is here."))
    return redirect(url_for("console.finding", ident=ident))


def _answer(ident: str) -> None:
    row = find_open(session(), ident)
    visible(row.rec)
    words = request.form.get("words", "")
    answering.write(session(), identity().user, ident, words, clock.now())
