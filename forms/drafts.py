"""The draft of a form: put, replaced, tried out by those who were named, published, dropped.

A draft has no place among the published versions, so nothing that is filled in with it counts: a
push that names it is set aside like any form that is not published here.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import beside, files, publish
from forms.author import Authored, author
from forms.compile import Compiled, read_xform
from forms.definition import FormDefinition
from forms.evaluate import Evaluation, evaluate
from forms.remark import FormRefused, Remark, error, has_errors
from store import audit, clock, everybody, ids
from store.errors import Conflicting, NotFound
from store.forms import FormDraft, FormRetired, FormSource, FormVersion
from store.records import RecordType

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,63}")
DRAFT = "draft"
"""In place of a version: the form's draft. No version is called so."""
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
RESERVED = frozenset({"drafts", "files", "check", "template.xlsx"})
"""Words that stand in addresses where a form's id would."""


class DraftUnfit(Conflicting):
    """The draft has errors, or a file that it names is missing; it is not published."""

    code = "form_draft_unfit"


def check(session: Session, data: bytes, filename: str) -> Authored:
    """What an upload would say, nothing kept. Raises FormRefused."""
    made = author(data, filename, published(session))
    wrong = list(_names(made.compiled.definition))
    if wrong:
        raise FormRefused(wrong)
    return made


def put(session: Session, made: Authored, filename: str, by: str | None) -> FormDraft:
    """The form's draft from now on, in place of an older one."""
    definition = made.compiled.definition
    row = session.get(FormDraft, definition.form_id)
    if row is None:
        row = FormDraft(form=definition.form_id, testers="[]")
        session.add(row)
    row.version = definition.version
    row.title = orjson.dumps(dict(definition.title)).decode()
    row.xform = made.compiled.xform
    row.definition = orjson.dumps(definition.to_json()).decode()
    row.sha256 = hashlib.sha256(made.compiled.xform.encode()).hexdigest()
    row.remarks = orjson.dumps([remark.to_json() for remark in made.remarks]).decode()
    row.filename = filename[:200] or f"{definition.form_id}.{made.kind.value}"
    row.source = base64.b64encode(made.source).decode()
    row.uploaded_at, row.uploaded_by = clock.now(), by
    audit.write(session, by, "form_uploaded", row.form, version=row.version)
    session.flush()
    _tell_testers(session)
    return row


def _tell_testers(session: Session) -> None:
    """A draft is not in the feed; a word that something changed lets phones ask for theirs."""
    everybody.put(session, RecordType.OFFICE, ids.derived("office", DRAFT), {"asked": ids.new()})


def _names(definition: FormDefinition) -> Iterable[Remark]:
    if not _ID.fullmatch(definition.form_id) or definition.form_id in RESERVED:
        yield error(
            "form_id_bad",
            "form_id 用字母开头，只含字母、数字和 _ - .，最多 64 个",
            "form_id begins with a letter and holds letters, digits and _ - . only, at most 64",
            sheet="settings", row=2, column="form_id",
        )  # fmt: skip
    if not _VERSION.fullmatch(definition.version) or definition.version == DRAFT:
        yield error(
            "version_bad",
            "version 只含字母、数字和 _ - .，最多 64 个，如 2026.1",
            "version holds letters, digits and _ - . only, at most 64, such as 2026.1",
            sheet="settings", row=2, column="version",
        )  # fmt: skip


def published(session: Session) -> list[FormDefinition]:
    """The newest version of every form that is in use."""
    retired = set(session.scalars(select(FormRetired.form)))
    forms = session.scalars(select(FormVersion.form).distinct().order_by(FormVersion.form))
    return [
        parsed(publish.newest(session, form).definition) for form in forms if form not in retired
    ]


def parsed(definition: str) -> FormDefinition:
    return FormDefinition.from_json(orjson.loads(definition))


def either(session: Session, form: str, version: str) -> FormDefinition:
    """A published version, or the form's draft where `version` is `draft`; raises NotFound."""
    if version == DRAFT:
        return parsed(get(session, form).definition)
    row = session.get(FormVersion, (form, version))
    if row is None:
        raise NotFound("there is no such form version")
    return parsed(row.definition)


def get(session: Session, form: str) -> FormDraft:
    """Raises NotFound."""
    row = session.get(FormDraft, form)
    if row is None:
        raise NotFound("there is no draft of this form")
    return row


def remarks(row: FormDraft) -> list[Remark]:
    return [Remark.from_json(each) for each in orjson.loads(row.remarks)]


def missing_files(session: Session, row: FormDraft) -> list[str]:
    """Files that the draft names and nobody has uploaded yet."""
    wanted = files.named(row.xform)
    there = files.newest(session, wanted)
    return [name for name in wanted if name not in there]


def taken(session: Session, row: FormDraft) -> bool:
    """Whether its version is published with other content."""
    known = session.get(FormVersion, (row.form, row.version))
    return known is not None and known.sha256 != row.sha256


def fit(session: Session, row: FormDraft) -> bool:
    """Whether it can be published as it is."""
    bad = has_errors(remarks(row)) or missing_files(session, row) or taken(session, row)
    return not bad


def testers(row: FormDraft) -> list[str]:
    told: list[str] = orjson.loads(row.testers)
    return told


def name_testers(
    session: Session, row: FormDraft, people: Mapping[str, str], by: str | None
) -> None:
    """To whom the draft is served, {user id: login}, in place of those named before."""
    row.testers = orjson.dumps(sorted(people)).decode()
    logins = " ".join(sorted(people.values()))
    audit.write(session, by, "form_testers_named", row.form, version=row.version, staff=logins)
    session.flush()
    _tell_testers(session)


def try_out(
    session: Session, row: FormDraft, document: dict[str, Any], now: datetime
) -> Evaluation:
    """What the server would say of these answers; nothing of them is kept."""
    definition = parsed(row.definition)
    return evaluate(definition, document, now=now, lists=beside.lists(session, definition))


def release(session: Session, row: FormDraft, by: str | None) -> FormVersion:
    """Publish the draft and let it go. Raises DraftUnfit, publish.VersionExists."""
    if has_errors(remarks(row)):
        raise DraftUnfit("the draft has errors; mend them and upload it again")
    missing = missing_files(session, row)
    if missing:
        raise DraftUnfit("files that the form names are missing").with_fields(
            dict.fromkeys(missing, "missing")
        )
    made = Compiled(row.xform, read_xform(row.xform), ())
    version = publish.publish(session, made, by)
    publish.reopen(session, row.form, by)
    if session.get(FormSource, (row.form, row.version)) is None:
        session.add(
            FormSource(form=row.form, version=row.version, filename=row.filename, body=row.source)
        )
    session.delete(row)
    audit.write(session, by, "form_published", row.form, version=row.version)
    session.flush()
    _tell_testers(session)
    return version


def drop(session: Session, row: FormDraft, by: str | None) -> None:
    audit.write(session, by, "form_draft_dropped", row.form, version=row.version)
    session.delete(row)
    session.flush()
    _tell_testers(session)


def source(session: Session, form: str, version: str) -> tuple[str, bytes]:
    """(name, bytes) of the file that a version was published from; raises NotFound."""
    row = session.get(FormSource, (form, version))
    if row is None:
        raise NotFound("this version's own file is not kept here")
    return row.filename, base64.b64decode(row.body)
