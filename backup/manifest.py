"""What an archive says of itself: enough to prove it whole without a database."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from store.errors import Refusal

FORMAT = 1
MANIFEST, BLOBS = "manifest.json", "blobs.jsonl"


class BackupInvalid(Refusal):
    """An archive, or what stands beside it, is not what its manifest says."""

    code = "backup_invalid"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive: a JSON array a line. `sha256` is of its bytes, unpacked."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`position` is the feed position that the copy holds, `revision` the migration it is of.

    `key` tells whether a secret is the one that sealed the values; it does not tell the secret.
    """

    version: str
    revision: str
    database: str
    epoch: str
    position: int
    key: str
    made_at: str
    tables: tuple[Part, ...]
    blobs: Part
    absent: tuple[str, ...] = ()
    """Files that the database names and that were missing or damaged when the copy was made."""
    format: int = FORMAT

    @property
    def whole(self) -> bool:
        return not self.absent

    def text(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2)


def read(text: bytes) -> Manifest:
    """Raises BackupInvalid for anything that `Manifest.text` did not make."""
    try:
        told: dict[str, Any] = orjson.loads(text)
        if told["format"] != FORMAT:
            raise BackupInvalid(f"the archive is of format {told['format']}, not {FORMAT}")
        told["tables"] = tuple(_part(part) for part in told["tables"])
        told["blobs"] = _part(told["blobs"])
        return Manifest(**told | {"absent": tuple(told["absent"])})
    except (KeyError, TypeError, ValueError) as fault:
        raise BackupInvalid("the archive's manifest cannot be read") from fault


def _part(told: dict[str, Any]) -> Part:
    return Part(**told | {"columns": tuple(told["columns"])})
