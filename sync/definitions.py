"""Published definitions, parsed once per process: versions are immutable."""

from functools import lru_cache

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from store.forms import FormVersion


def load(session: Session, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], FormDefinition]:
    """{(form, version): definition} of those that are published here."""
    query = select(FormVersion).where(tuple_(FormVersion.form, FormVersion.version).in_(wanted))
    rows = session.scalars(query) if wanted else ()
    return {(row.form, row.version): _parsed(row.definition) for row in rows}


@lru_cache(maxsize=128)
def _parsed(text: str) -> FormDefinition:
    return FormDefinition.from_json(orjson.loads(text))
