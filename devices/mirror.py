"""What the server has told this phone: the records in its scope, as of its cursor."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from devices.store import Store, dumps, loads

SUBJECTS = {"status": "submission", "summary": "household"}  # of whom such a record speaks


@dataclass(frozen=True)
class Mirrored:
    """One record as last pulled. `doc` is `{"set": …, "rows": …}` for entities and submissions,
    plain facts for the rest."""

    id: str
    type: str
    unit: str | None
    v: int
    form: str | None
    form_v: str | None
    doc: Mapping[str, Any]


class Mirror:
    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def cursor(self) -> str | None:
        return self._store.get("cursor")

    @property
    def epoch(self) -> str | None:
        """The history that the versions here are of; a push may have told of a newer one."""
        return self._store.get("mirror/epoch") or self._store.get("epoch")

    def save_cursor(self, cursor: str, epoch: str | None = None) -> None:
        with self._store.together():
            self._store.put("cursor", cursor)
            self._store.put("mirror/epoch", epoch)

    def apply(self, records: Iterable[Mapping[str, Any]], drop: Iterable[str]) -> None:
        """Take one page. Repeatable: a phone that dies before its cursor is saved applies the
        page again to the same end."""
        with self._store.together():
            for unit in drop:
                self._store.run("INSERT OR IGNORE INTO departing (unit) VALUES (?)", unit)
            for record in records:
                self._take(record)
            self.drop_departed()

    def _take(self, record: Mapping[str, Any]) -> None:
        if record.get("deleted"):
            self._store.run("DELETE FROM mirror WHERE id = ?", record["id"])
            return
        if record.get("unit"):  # in scope again before it had gone
            self._store.run("DELETE FROM departing WHERE unit = ?", record["unit"])
        subject = record["doc"].get(SUBJECTS.get(record["type"], ""), None)
        self._store.run(
            "INSERT INTO mirror (id, type, unit, v, seq, subject, body) VALUES (?,?,?,?,?,?,?)"
            " ON CONFLICT (id) DO UPDATE SET type = excluded.type, unit = excluded.unit,"
            " v = excluded.v, seq = excluded.seq, subject = excluded.subject,"
            " body = excluded.body WHERE excluded.seq >= mirror.seq",
            record["id"], record["type"], record.get("unit"), record.get("v", 0),
            record.get("seq", 0), subject, dumps(record),
        )  # fmt: skip

    def drop_departed(self) -> None:
        """Forget units that left the scope, but not before their own edits are acknowledged."""
        self._store.run(
            "DELETE FROM mirror WHERE unit IN (SELECT unit FROM departing WHERE unit NOT IN"
            " (SELECT unit FROM ops WHERE state = 'pending'))"
        )
        self._store.run(
            "DELETE FROM departing WHERE unit NOT IN (SELECT unit FROM ops WHERE state = 'pending')"
        )

    def reset(self) -> None:
        """Forget all that was pulled; drafts, edits and photos are the phone's own and stay."""
        with self._store.together():
            self._store.run("DELETE FROM mirror")
            self._store.run("DELETE FROM departing")
            self._store.put("cursor", None)

    def record(self, id_: str) -> Mirrored | None:
        row = self._store.row("SELECT body FROM mirror WHERE id = ?", id_)
        return None if row is None else _mirrored(row["body"])

    def about(self, type_: str, subject: str) -> Mirrored | None:
        """The status of a submission, the summary of a household."""
        row = self._store.row(
            "SELECT body FROM mirror WHERE type = ? AND subject = ?", type_, subject
        )
        return None if row is None else _mirrored(row["body"])

    def all(self, type_: str, unit: str | None = None) -> list[Mirrored]:
        if unit is None:
            found = self._store.rows("SELECT body FROM mirror WHERE type = ? ORDER BY id", type_)
        else:
            found = self._store.rows(
                "SELECT body FROM mirror WHERE type = ? AND unit = ? ORDER BY id", type_, unit
            )
        return [_mirrored(row["body"]) for row in found]

    def figures(self) -> dict[str, tuple[int, str]]:
        """{unit: (records, sum as 16 hex digits)} of everything here, but for units on their way
        out: what the server's digests must be equal to."""
        sums: dict[str, list[int]] = {}
        for row in self._staying("unit IS NOT NULL"):
            total = sums.setdefault(row["unit"], [0, 0])
            word = hashlib.sha256(f"{row['id']}|{row['v']}".encode()).digest()[:8]
            total[0] += 1
            total[1] = (total[1] + int.from_bytes(word, "big")) % 2**64
        return {unit: (count, f"{word:016x}") for unit, (count, word) in sums.items()}

    def held(self, units: Iterable[str]) -> dict[str, dict[str, int]]:
        """{unit: {record: version}} of these units."""
        found: dict[str, dict[str, int]] = {unit: {} for unit in units}
        for row in self._staying("unit IS NOT NULL"):
            if row["unit"] in found:
                found[row["unit"]][row["id"]] = row["v"]
        return found

    def _staying(self, which: str) -> list[Any]:
        return self._store.rows(
            f"SELECT id, unit, v FROM mirror WHERE {which}"
            " AND unit NOT IN (SELECT unit FROM departing)"
        )

    def mend(
        self,
        records: Iterable[Mapping[str, Any]],
        forget: Iterable[str],
        drop: Iterable[str],
    ) -> None:
        """Take what a reconcile said; a record comes as it is, whatever this phone held."""
        with self._store.together():
            for ident in forget:
                self._store.run("DELETE FROM mirror WHERE id = ?", ident)
            for record in records:
                self._store.run("DELETE FROM mirror WHERE id = ?", record["id"])
            self.apply(records, drop)

    def versions(self) -> dict[str, int]:
        """{record id: version} of everything here: what a digest is made of."""
        return {row["id"]: row["v"] for row in self._store.rows("SELECT id, v FROM mirror")}


def _mirrored(body: bytes) -> Mirrored:
    record = loads(body)
    return Mirrored(
        record["id"],
        record["type"],
        record.get("unit"),
        record.get("v", 0),
        record.get("form"),
        record.get("form_v"),
        record["doc"],
    )
