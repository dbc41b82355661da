"""Forms in the making: a source is checked, kept as a draft, tried out, published."""

from dataclasses import asdict
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from forms import drafts, gate
from forms.author import Authored
from forms.evaluate import Evaluation
from forms.remark import FormRefused, Remark
from server.api.blueprint import Blueprint
from server.api.body import inflated, json
from server.auth import reach
from server.auth.guard import guard, signed_in
from server.auth.identity import Identity, identity
from server.auth.permissions import Permission
from server.services import session
from server.transaction import in_writing, reading, reads, writes
from store import clock
from store.accounts import User
from store.errors import NotFound
from store.forms import FormDraft

blp = Blueprint("drafts", __name__, url_prefix="/api/v1/forms", description="Forms in the making")


class TestersSchema(Schema):
    logins = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        required=True,
        validate=validate.Length(max=100),
    )


class TrySchema(Schema):
    set = fields.Dict(keys=fields.String(), load_default=dict)
    rows = fields.Dict(keys=fields.String(), load_default=dict)


@blp.post("/check")
@guard(Permission.FORMS)
def check() -> Response:
    """What an upload of this workbook or XForm would say; nothing is kept."""
    try:
        with reading(session()) as current:
            made = drafts.check(current, *_sent())
    except FormRefused as refused:
        return json({"ok": False, "form": None, "version": None, "remarks": _told(refused.remarks)})
    definition = made.compiled.definition
    told = {"ok": made.fit, "form": definition.form_id, "version": definition.version}
    return json(told | {"remarks": _told(made.remarks)})


@blp.post("/drafts")
@guard(Permission.FORMS)
def upload() -> Response:
    """The form's draft from now on; an older draft of the same form is replaced."""
    data, name = _sent()
    made = checked(data, name)
    row = in_writing(session(), lambda: drafts.put(session(), made, name, identity().user))
    return json(told(row), 201)


def checked(data: bytes, name: str) -> Authored:
    """Read outside of any writing transaction: a large workbook takes a second. Raises
    FormRefused."""
    with reading(session()) as current:
        return drafts.check(current, data, name)


@blp.get("/drafts")
@signed_in
@reads
def listed() -> Response:
    """Drafts that the asker may see: all, for who authors forms; else those to be tested."""
    rows = session().scalars(select(FormDraft).order_by(FormDraft.form))
    return json({"drafts": [told(row) for row in rows if may_see(identity(), row)]})


@blp.get("/drafts/<string:form>.json")
@signed_in
@reads
def definition(form: str) -> Response:
    """What the draft asks, for its testers."""
    return _answer(seen(form).definition, "application/json")


@blp.get("/drafts/<string:form>.xml")
@signed_in
@reads
def xform(form: str) -> Response:
    """The draft as ODK XForm, for its testers."""
    return _answer(seen(form).xform, "application/xml")


@blp.post("/drafts/<string:form>/testers")
@guard(Permission.FORMS)
@blp.arguments(TestersSchema)
@writes
def testers(body: dict[str, list[str]], form: str) -> Response:
    """Name those to whom the draft is served, in place of the ones before."""
    row = drafts.get(session(), form)
    name_testers(row, body["logins"])
    return json(told(row))


def name_testers(row: FormDraft, logins: list[str]) -> None:
    """Raises NotFound for a login that is not in the asker's area."""
    people = [
        reach.person_by_login(session(), identity(), Permission.FORMS, login) for login in logins
    ]
    named = {person.id: person.user.login for person in people}
    drafts.name_testers(session(), row, named, identity().user)


@blp.post("/drafts/<string:form>/try")
@signed_in
@blp.arguments(TrySchema)
@reads
def try_out(body: dict[str, Any], form: str) -> Response:
    """What the server makes of these answers; nothing of them is kept or counted."""
    return json(evaluated(drafts.try_out(session(), seen(form), body, clock.parse(clock.now()))))


@blp.post("/drafts/<string:form>/publish")
@guard(Permission.FORMS)
@writes
def publish(form: str) -> Response:
    """The draft becomes a version that never changes, and every phone hears of it."""
    row = drafts.release(session(), drafts.get(session(), form), identity().user)
    return json({"form": row.form, "version": row.version, "sha256": row.sha256}, 201)


@blp.delete("/drafts/<string:form>")
@guard(Permission.FORMS)
@writes
def drop(form: str) -> Response:
    """The draft is gone; what is published stays."""
    drafts.drop(session(), drafts.get(session(), form), identity().user)
    return Response(status=204)


def may_see(who: Identity, row: FormDraft) -> bool:
    return who.permits(Permission.FORMS) or who.user in drafts.testers(row)


def seen(form: str) -> FormDraft:
    """The draft, once the asker authors forms or tests this one; raises NotFound."""
    row = drafts.get(session(), form)
    if not may_see(identity(), row):
        raise NotFound("there is no draft of this form")
    return row


def told(row: FormDraft) -> dict[str, Any]:
    users = drafts.testers(row)
    logins = session().scalars(select(User.login).where(User.id.in_(users)).order_by(User.login))
    return {
        "form": row.form,
        "version": row.version,
        "title": orjson.loads(row.title),
        "sha256": row.sha256,
        "uploaded_at": row.uploaded_at,
        "testers": list(logins),
        "missing_files": drafts.missing_files(session(), row),
        "ok": drafts.fit(session(), row),
        "remarks": _told(drafts.remarks(row)),
        "definition_url": f"/api/v1/forms/drafts/{row.form}.json",
        "xform_url": f"/api/v1/forms/drafts/{row.form}.xml",
    }


def evaluated(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "values": dict(evaluation.values),
        "irrelevant": sorted(evaluation.irrelevant),
        "faults": [asdict(fault) for fault in evaluation.faults],
    }


def _sent() -> tuple[bytes, str]:
    """The body, a workbook or an XForm, and what the file was called (`?name=`)."""
    return inflated(request, gate.MOST), request.args.get("name", "")[:200]


def _told(remarks: tuple[Remark, ...] | list[Remark]) -> list[dict[str, Any]]:
    return [remark.to_json() for remark in remarks]


def _answer(body: str, kind: str) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
