"""Publishing: a compiled form becomes an immutable version that every device pulls."""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import files
from forms.compile import Compiled
from forms.definition import FormDefinition
from store import audit, clock, everybody, ids
from store.errors import Conflicting, NotFound
from store.forms import FormDraft, FormRetired, FormVersion
from store.records import RecordType


class VersionExists(Conflicting):
    """This version is published with other content; give the new content a new version."""

    code = "form_version_exists"


def publish(session: Session, compiled: Compiled, by: str | None) -> FormVersion:
    """Publish once; the same content again is the same version. Raises VersionExists."""
    definition = compiled.definition
    digest = hashlib.sha256(compiled.xform.encode()).hexdigest()
    known = session.get(FormVersion, (definition.form_id, definition.version))
    if known is not None:
        if known.sha256 == digest:
            return known
        raise VersionExists(
            f"{definition.form_id} {definition.version} is published with other content",
            version=definition.version,
        )
    row = FormVersion(
        form=definition.form_id,
        version=definition.version,
        title=orjson.dumps(dict(definition.title)).decode(),
        xform=compiled.xform,
        definition=orjson.dumps(definition.to_json()).decode(),
        sha256=digest,
        published_at=clock.now(),
        published_by=by,
    )
    session.add(row)
    session.flush()
    _announce(session, row)
    return row


def newest(session: Session, form: str) -> FormVersion:
    """The version that new visits begin with; raises NotFound."""
    query = select(FormVersion).where(FormVersion.form == form)
    last = query.order_by(FormVersion.published_at.desc(), FormVersion.version.desc()).limit(1)
    row = session.scalars(last).first()
    if row is None:
        raise NotFound("there is no such form")
    return row


def every(session: Session, form: str) -> list[FormVersion]:
    """All versions in the order in which they were published."""
    query = select(FormVersion).where(FormVersion.form == form)
    return list(session.scalars(query.order_by(FormVersion.published_at, FormVersion.version)))


def retire(session: Session, form: str, by: str | None) -> None:
    """No new visit begins with it; drafts on phones are still taken. Raises NotFound."""
    row = newest(session, form)
    if session.get(FormRetired, form) is None:
        session.add(FormRetired(form=form, retired_at=clock.now(), retired_by=by))
        audit.write(session, by, "form_retired", form)
        session.flush()
    _announce(session, row)


def reopen(session: Session, form: str, by: str | None) -> None:
    """New visits begin with it again. Raises NotFound."""
    row = newest(session, form)
    retired = session.get(FormRetired, form)
    if retired is not None:
        session.delete(retired)
        audit.write(session, by, "form_reopened", form)
        session.flush()
    _announce(session, row)


def announce_files(session: Session, names: Iterable[str]) -> None:
    """Tell phones of new versions of files, through the forms that name them."""
    wanted = set(names)
    for form in session.scalars(select(FormVersion.form).distinct().order_by(FormVersion.form)):
        row = newest(session, form)
        if wanted & set(files.named(row.xform)):
            _announce(session, row)


def announce_every(session: Session) -> None:
    """What phones are told of forms, as this version of the server tells it."""
    for form in session.scalars(select(FormVersion.form).distinct().order_by(FormVersion.form)):
        _announce(session, newest(session, form))


def about(session: Session, row: FormVersion | FormDraft) -> dict[str, Any]:
    """Where a phone offers the form, and the files that it fetches beside it."""
    definition = FormDefinition.from_json(orjson.loads(row.definition))
    told: dict[str, Any] = {"subject": definition.subject.value}
    told |= {"visit": True} if definition.is_visit else {}
    beside = [
        {"name": f.name, "version": f.version, "sha256": f.sha256, "size": f.size, "mime": f.mime,
         "url": f"/api/v1/forms/files/{f.name}/{f.version}"}
        for f in files.newest(session, files.named(row.xform)).values()
    ]  # fmt: skip
    return told | ({"files": beside} if beside else {})


def _announce(session: Session, row: FormVersion) -> None:
    """One feed record per form: the newest version, where to get it, its hash, its files."""
    doc = {
        "form": row.form,
        "version": row.version,
        "title": orjson.loads(row.title),
        "definition_url": f"/api/v1/forms/{row.form}/{row.version}.json",
        "xform_url": f"/api/v1/forms/{row.form}/{row.version}.xml",
        "sha256": row.sha256,
    }
    doc |= about(session, row)
    doc |= {"retired": True} if session.get(FormRetired, row.form) else {}
    everybody.put(session, RecordType.FORM, ids.derived("form", row.form), doc)
