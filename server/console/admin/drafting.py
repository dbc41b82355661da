"""Forms in the making, in the browser: upload, remarks, testers, publish, drop."""

from collections.abc import Callable

import orjson
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from forms import drafts, publish
from forms.compare import Comparison, compare
from forms.remark import FormRefused, Remark
from server.api import drafts as authoring
from server.auth import reach
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import t
from server.services import session
from server.transaction import in_writing, reads, writes
from store.errors import NotFound
from store.forms import FormDraft


@blp.post("/forms/drafts")
@guard(Permission.FORMS)
def upload_form() -> ResponseReturnValue:
    """A workbook or XForm becomes the draft of its form; one that cannot is shown with remarks."""
    sent = request.files.get("file")
    name = (sent.filename or "") if sent else ""
    try:
        made = authoring.checked(sent.read() if sent else b"", name)
    except FormRefused as refused:
        page = render_template("admin/form_refused.html", remarks=refused.remarks, name=name)
        return page, 422
    row = in_writing(session(), lambda: drafts.put(session(), made, name, identity().user))
    flash(t("草稿已保存，发布前请先试填。", "The draft is kept; try it before you publish it."))
    return redirect(url_for("console.form_draft", form=row.form))


@blp.get("/forms/drafts/<string:form>")
@guard(Permission.FORMS)
@reads
def form_draft(form: str) -> str:
    row = drafts.get(session(), form)
    known = set(drafts.testers(row))
    people = reach.people(session(), identity(), Permission.FORMS)
    return render_template(
        "admin/form_draft.html",
        row=row,
        title=orjson.loads(row.title),
        remarks=drafts.remarks(row),
        missing=drafts.missing_files(session(), row),
        fit=drafts.fit(session(), row),
        taken=drafts.taken(session(), row),
        people=[p for p in people if p.user.disabled_at is None],
        testers=known,
        comparison=_since_published(row),
    )


def _since_published(row: FormDraft) -> Comparison | None:
    try:
        last = publish.newest(session(), row.form)
    except NotFound:
        return None
    return compare(drafts.parsed(last.definition), drafts.parsed(row.definition))


@blp.post("/forms/drafts/<string:form>/testers")
@guard(Permission.FORMS)
@writes
def form_testers(form: str) -> ResponseReturnValue:
    row = drafts.get(session(), form)
    authoring.name_testers(row, request.form.getlist("login"))
    flash(t("试用人已保存。", "The testers are kept."))
    return redirect(url_for("console.form_draft", form=form))


@blp.post("/forms/drafts/<string:form>/publish")
@guard(Permission.FORMS)
@writes
def publish_form(form: str) -> ResponseReturnValue:
    row = drafts.release(session(), drafts.get(session(), form), identity().user)
    flash(t("已发布，手机下次联系时收到。", "Published; phones get it at their next contact."))
    return redirect(url_for("console.form", form=row.form, version=row.version))


@blp.post("/forms/drafts/<string:form>/drop")
@guard(Permission.FORMS)
@writes
def drop_draft(form: str) -> ResponseReturnValue:
    drafts.drop(session(), drafts.get(session(), form), identity().user)
    flash(t("草稿已删除，已发布的不受影响。", "The draft is gone; what is published stays."))
    return redirect(url_for("console.forms"))


@blp.post("/forms/<string:form>/retire")
@guard(Permission.FORMS)
@writes
def retire_form(form: str) -> ResponseReturnValue:
    return _turned(form, publish.retire)


@blp.post("/forms/<string:form>/reopen")
@guard(Permission.FORMS)
@writes
def reopen_form(form: str) -> ResponseReturnValue:
    return _turned(form, publish.reopen)


def _turned(form: str, act: Callable[..., None]) -> ResponseReturnValue:
    act(session(), form, identity().user)
    return redirect(url_for("console.forms"))


def waiting() -> list[tuple[FormDraft, dict[str, str], list[Remark]]]:
    """(draft, its title, its remarks) of every draft, for the list of forms."""
    rows = session().scalars(select(FormDraft).order_by(FormDraft.form))
    return [(row, orjson.loads(row.title), drafts.remarks(row)) for row in rows]
