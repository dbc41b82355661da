"""A draft tried out in the browser: answered, judged by the server, kept nowhere."""

from functools import partial
from typing import Any

import orjson
from flask import render_template

from forms import drafts
from forms.evaluate import Evaluation
from forms.flatpath import unflatten
from server.api.drafts import seen
from server.auth.guard import signed_in
from server.console.admin import asking
from server.console.blueprint import blp
from server.services import session
from server.transaction import reads
from store import clock

_PHOTO = {"name": "photo.jpg", "sha256": "0" * 64}


@blp.get("/forms/drafts/<string:form>/try")
@signed_in
@reads
def try_form(form: str) -> str:
    """The draft's questions, empty."""
    return _page(form, {})


@blp.post("/forms/drafts/<string:form>/try")
@signed_in
@reads
def tried_form(form: str) -> str:
    """The same page with the answers, and what the server makes of them."""
    definition = drafts.parsed(seen(form).definition)
    return _page(form, dict(asking.answers(definition, _PHOTO)), judged=True)


def _page(form: str, answers: dict[str, Any], judged: bool = False) -> str:
    row = seen(form)
    definition = drafts.parsed(row.definition)
    set_, rows = unflatten(answers)
    told = drafts.try_out(session(), row, {"set": set_, "rows": rows}, clock.parse(clock.now()))
    return render_template(
        "admin/form_try.html",
        row=row,
        title=orjson.loads(row.title),
        definition=definition,
        parts=asking.parts(definition),
        flat=partial(asking.flat, definition),
        answers=answers,
        told=told,
        faults=_faults(told) if judged else {},
        judged=judged,
    )


def _faults(told: Evaluation) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for fault in told.faults:
        found.setdefault(fault.path, []).append(fault)
    return found
