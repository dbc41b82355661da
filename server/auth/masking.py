"""P1 values as everybody sees them, and how one is shown in the open: as an act that is kept."""

import orjson
from sqlalchemy.orm import Session

from store import audit
from store.errors import NotFound
from store.records import Record
from store.seal import Keyring


def mask(path: str, value: object) -> str:
    """`138****5678`, `999901********1234`, `****6789`; short values are all stars."""
    text = str(value)
    kind = path.rpartition("/")[2]
    if len(text) < 8:
        return "*" * max(3, len(text))
    if kind == "phone":
        return f"{text[:3]}****{text[-4:]}"
    if kind == "id_number":
        return f"{text[:6]}********{text[-4:]}"
    return f"****{text[-4:]}"


def unmask(session: Session, keys: Keyring, record: Record, path: str, by: str) -> str:
    """The open value; who saw it is written in the same transaction. Raises NotFound."""
    sealed = orjson.loads(record.sealed)
    if path not in sealed:
        raise NotFound("there is no such value")
    audit.write(session, by, "unmasked", record.id, path=path)
    return str(keys.open(record.id, path, sealed[path]))
