"""Published forms, each version with all its questions, as they will be asked for ever."""

from dataclasses import dataclass

import orjson
from flask import render_template
from sqlalchemy import select

from forms import files
from forms.definition import FormDefinition, Question
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.admin.drafting import waiting
from server.console.blueprint import blp
from server.services import session
from server.transaction import reads
from store.accounts import User
from store.errors import NotFound
from store.forms import FormRetired, FormSource, FormVersion
from sync import definitions


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a form with its questions."""

    label: dict[str, str]
    path: str
    repeat: bool
    relevant: str
    questions: list[Question]


@blp.get("/forms")
@guard(Permission.OFFICE)
@reads
def forms() -> str:
    query = (
        select(FormVersion, User.name)
        .outerjoin(User, User.id == FormVersion.published_by)
        .order_by(FormVersion.form, FormVersion.published_at.desc())
    )
    rows = [
        (version, orjson.loads(version.title), by, _definition(version))
        for version, by in session().execute(query)
    ]
    return render_template(
        "admin/forms.html",
        rows=rows,
        retired=set(session().scalars(select(FormRetired.form))),
        drafts=waiting() if identity().permits(Permission.FORMS) else [],
        files=list(files.newest(session()).values()),
    )


@blp.get("/forms/<string:form>/<string:version>")
@guard(Permission.OFFICE)
@reads
def form(form: str, version: str) -> str:
    row = session().get(FormVersion, (form, version))
    if row is None:
        raise NotFound("there is no such form version")
    definition = _definition(row)
    kept = (
        session()
        .scalars(
            select(FormSource.form).where(FormSource.form == form, FormSource.version == version)
        )
        .one_or_none()
    )
    return render_template(
        "admin/form.html",
        row=row,
        definition=definition,
        parts=parts_of(definition),
        kept=kept is not None,
    )


def _definition(row: FormVersion) -> FormDefinition:
    wanted = (row.form, row.version)
    return definitions.load(session(), {wanted})[wanted]


def parts_of(definition: FormDefinition) -> list[Part]:
    """Questions by the page they stand on, in the form's order."""
    parts: dict[str, Part] = {}
    for question in definition.questions:
        place = question.repeat or question.section
        if place not in parts:
            parts[place] = part_of(definition, place)
        parts[place].questions.append(question)
    return list(parts.values())


def part_of(definition: FormDefinition, place: str) -> Part:
    """The page at a path, without its questions yet."""
    section = next((each for each in definition.sections if each.path == place), None)
    if section is None:
        return Part({}, place, False, "", [])
    return Part(dict(section.label), place, section.repeat, section.relevant or "", [])
