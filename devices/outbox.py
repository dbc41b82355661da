"""Edits on their way: each has its own id, a number of this phone, and waits for its receipt.

An edit is ✓ only when an answer listed its id. It is kept after that until the server's backup
has passed it, so that a server restored from an older backup gets it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from devices.store import Store, dumps, loads

KEEP_SECONDS = 90 * 86400.0  # where no backups run


@dataclass(frozen=True)
class Outgoing:
    op: str
    n: int
    rec: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Receipt:
    """What the server said of one op; `v` is the record's version with it (None: none yet)."""

    op: str
    rec: str
    result: Mapping[str, Any]

    @property
    def v(self) -> int | None:
        value = self.result.get("v")
        return None if value is None else int(value)


class Outbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, op: Mapping[str, Any], unit: str) -> None:
        """Give the op its number and its predecessor, and keep it."""
        with self._store.together():
            last = self._store.row("SELECT max(n) AS n FROM ops")
            spent = int(self._store.get("n") or 0)  # numbers of ops already forgotten
            n = max(spent, (last["n"] if last else None) or 0) + 1
            earlier = self._store.row(
                "SELECT op FROM ops WHERE rec = ? ORDER BY n DESC LIMIT 1", op["rec"]
            )
            body = {**op, "n": n}
            after = earlier["op"] if earlier else self._store.get(f"last/{op['rec']}")
            if after is not None:
                body["after"] = after
            self._store.put("n", str(n))
            self._store.put(f"last/{op['rec']}", op["op"])
            self._store.run(
                "INSERT INTO ops (op, n, rec, unit, state, body) VALUES (?, ?, ?, ?, ?, ?)",
                op["op"], n, op["rec"], unit, "pending", dumps(body),
            )  # fmt: skip

    def batch(self, most: int, most_bytes: int) -> list[Outgoing]:
        """The oldest edits without a receipt, at least one, at most so many and so large."""
        chosen: list[Outgoing] = []
        size = 0
        for row in self._store.rows(
            "SELECT op, n, rec, body FROM ops WHERE state = 'pending' ORDER BY n LIMIT ?", most
        ):
            size += len(row["body"])
            if chosen and size > most_bytes:
                break
            chosen.append(Outgoing(row["op"], row["n"], row["rec"], loads(row["body"])))
        return chosen

    def pending(self, rec: str | None = None) -> int:
        row = self._store.row(
            "SELECT count(*) AS c FROM ops WHERE state = 'pending' AND (? IS NULL OR rec = ?)",
            rec, rec,
        )  # fmt: skip
        return int(row["c"]) if row else 0

    def has(self, op: str) -> bool:
        return self._store.row("SELECT 1 FROM ops WHERE op = ?", op) is not None

    def acknowledge(
        self, result: Mapping[str, Any], epoch: str, position: int, at: float
    ) -> Receipt | None:
        """File the receipt of one op; None for an op this phone does not know."""
        row = self._store.row("SELECT rec FROM ops WHERE op = ?", result["op"])
        if row is None:
            return None
        self._store.run(
            "UPDATE ops SET state = 'acked', result = ?, epoch = ?, position = ?, acked = ?"
            " WHERE op = ?",
            dumps(result), epoch, position, at, result["op"],
        )  # fmt: skip
        return Receipt(result["op"], row["rec"], result)

    def set_aside(self, op: str, why: str) -> None:
        """An op whose envelope the server cannot read must not stop the others: it is shown,
        may be exported, and is not sent again by itself."""
        self._store.run(
            "UPDATE ops SET state = 'refused', result = ? WHERE op = ?",
            dumps({"op": op, "result": "refused", "why": why}),
            op,
        )

    def last(self, rec: str) -> Receipt | None:
        """The receipt of the record's newest acknowledged or refused op."""
        row = self._store.row(
            "SELECT op, rec, result FROM ops WHERE rec = ? AND result IS NOT NULL"
            " ORDER BY n DESC LIMIT 1",
            rec,
        )
        return None if row is None else Receipt(row["op"], row["rec"], loads(row["result"]))

    def receipts(self) -> list[Receipt]:
        return [
            Receipt(row["op"], row["rec"], loads(row["result"]))
            for row in self._store.rows(
                "SELECT op, rec, result FROM ops WHERE result IS NOT NULL ORDER BY n"
            )
        ]

    def send_again(self, epoch: str) -> int:
        """The server's history is another one: whatever its backup is not known to hold goes out
        again, under the same ids. Returns how many."""
        return self._store.run(
            "UPDATE ops SET state = 'pending' WHERE state = 'acked' AND epoch IS NOT ?", epoch
        )

    def forget(self, epoch: str, backed_up_through: int, now: float) -> int:
        """Drop receipted edits that a backup holds (or that are 90 days old)."""
        return self._store.run(
            "DELETE FROM ops WHERE state = 'acked' AND"
            " ((epoch = ? AND position <= ?) OR acked < ?)",
            epoch, backed_up_through, now - KEEP_SECONDS,
        )  # fmt: skip
