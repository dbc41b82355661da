"""Publishing: a compiled form becomes an immutable version that every device pulls."""

import hashlib

import orjson
from sqlalchemy.orm import Session

from forms.compile import Compiled
from store import clock, everybody, ids
from store.errors import Conflicting
from store.forms import FormVersion
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


def _announce(session: Session, row: FormVersion) -> None:
    """One feed record per form: the newest version, where to get it, its hash."""
    ident = ids.derived("form", row.form)
    doc = {
        "form": row.form,
        "version": row.version,
        "title": orjson.loads(row.title),
        "definition_url": f"/api/v1/forms/{row.form}/{row.version}.json",
        "xform_url": f"/api/v1/forms/{row.form}/{row.version}.xml",
        "sha256": row.sha256,
    }
    everybody.put(session, RecordType.FORM, ident, doc)
