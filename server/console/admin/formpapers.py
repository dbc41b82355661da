"""Beside a form's questions: two versions compared, the form on paper, its lists, its sources."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from forms import drafts, files
from forms.compare import compare
from forms.paper import paper
from forms.template import template
from server.api import form_files
from server.api.forms import as_file
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import t
from server.services import session
from server.transaction import in_writing, reads
from store.errors import NotFound
from store.forms import FormVersion


@blp.get("/forms/template.xlsx")
@guard(Permission.OFFICE)
def form_template() -> Response:
    """The workbook that authors start from."""
    return as_file("form-template.xlsx", template())


@blp.get("/forms/<string:form>/compare")
@guard(Permission.OFFICE)
@reads
def form_compare(form: str) -> str:
    """Two versions, question by question; the last two where none are named."""
    versions = _versions(form)
    old = request.args.get("old") or (versions[1] if len(versions) > 1 else versions[0])
    new = request.args.get("new") or versions[0]
    told = compare(drafts.either(session(), form, old), drafts.either(session(), form, new))
    return render_template(
        "admin/form_compare.html", form=form, versions=versions, old=old, new=new, told=told
    )


def _versions(form: str) -> list[str]:
    """The newest first, the draft before them; raises NotFound."""
    query = select(FormVersion.version).where(FormVersion.form == form)
    found = list(session().scalars(query.order_by(FormVersion.published_at.desc())))
    if identity().permits(Permission.FORMS) and _has_draft(form):
        found.insert(0, drafts.DRAFT)
    if not found:
        raise NotFound("there is no such form")
    return found


def _has_draft(form: str) -> bool:
    try:
        return bool(drafts.get(session(), form))
    except NotFound:
        return False


@blp.get("/forms/<string:form>/<string:version>/paper")
@guard(Permission.OFFICE)
@reads
def form_paper(form: str, version: str) -> str:
    """The form as a sheet to print, for a day without a phone."""
    definition = drafts.either(session(), form, version)
    return render_template("admin/form_paper.html", definition=definition, blocks=paper(definition))


@blp.post("/forms/files")
@guard(Permission.FORMS)
def upload_form_file() -> ResponseReturnValue:
    """A list or attachment gets a new version."""
    sent = request.files.get("file")
    name = request.form.get("name", "").strip() or ((sent.filename or "") if sent else "")
    data = sent.read(files.MOST + 1) if sent else b""
    row = in_writing(session(), lambda: form_files.put(name, data))
    flash(t(f"{row.name} 第 {row.version} 版已保存。", f"{row.name}, version {row.version}."))
    return redirect(url_for("console.forms"))
