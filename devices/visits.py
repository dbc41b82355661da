"""Visits on this phone: opened with what the register knows, filled in offline, finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devices.clock import DeviceClock
from devices.drafts import Draft, Drafts, confirmed, delta, flattened, prefilled
from devices.ids import uuid7
from devices.mediaqueue import MediaQueue
from devices.mirror import Mirror, Mirrored
from devices.outbox import Outbox
from devices.status import VisitStatus, status_of
from devices.store import Store, loads


class Visits:
    """What the person with the phone does; nothing here needs a network."""

    def __init__(
        self,
        store: Store,
        clock: DeviceClock,
        mirror: Mirror,
        outbox: Outbox,
        media: MediaQueue,
        drafts: Drafts,
        salt: str | None,
    ) -> None:
        self._store, self._clock, self._mirror = store, clock, mirror
        self._outbox, self._media, self._drafts, self._salt = outbox, media, drafts, salt

    def form(self, form: str, version: str) -> Any:
        row = self._store.row(
            "SELECT body FROM forms WHERE form = ? AND version = ?", form, version
        )
        return None if row is None else loads(row["body"])

    def newest_form(self, form: str) -> Any:
        """The newest version whose text is here: a pull may break off before it has fetched one."""
        row = self._store.row(
            "SELECT body FROM forms WHERE form = ? ORDER BY version DESC LIMIT 1", form
        )
        if row is None:
            raise LookupError(f"this phone has not pulled the form {form}")
        return loads(row["body"])

    def _told(self) -> list[Mirrored]:
        """What the server says of its forms."""
        return self._mirror.all("form")

    def new_id(self, key: str) -> str:
        salt = None if self._salt is None else f"{self._salt}/{key}".encode()
        return uuid7(self._clock.now(), salt)

    def open(
        self, household: str, form_id: str = "household_visit", rec: str | None = None
    ) -> Draft:
        """A new visit, filled with what the register knows; saved at once. With `rec` the draft
        of that id is gone on with when there is one."""
        begun = self._drafts.get(rec) if rec else None
        if begun is not None:
            return begun
        if any(r.doc.get("form") == form_id and r.doc.get("retired") for r in self._told()):
            raise LookupError(f"the form {form_id} is retired: no new visit begins with it")
        known = self._mirror.record(household)
        if known is None:
            raise LookupError(f"household {household} is not in this phone's scope")
        form = self.newest_form(form_id)
        values, seen = prefilled(form, known, self._mirror.all("member", known.unit))
        rec = rec or self.new_id(f"visit/{household}/{self._clock.iso()}")
        epoch = self._mirror.epoch
        base = {"epoch": epoch, "v": 0} if epoch else None
        draft = Draft(rec, known.unit or household, form_id, form["version"], base, seen)
        draft.values = values
        self._drafts.save(draft)
        return draft

    def reopen(self, rec: str) -> Draft:
        """The same visit again: from the server's document, unless own edits are not in it yet;
        then from what was last finished here, with the base that it had."""
        draft = self._drafts.get(rec)
        if draft is not None and draft.open:
            return draft
        pulled, receipt = self._mirror.record(rec), self._outbox.last(rec)
        behind = pulled is None or (receipt is not None and pulled.v < (receipt.v or 0))
        if draft is not None and (behind or self._outbox.pending(rec)):
            draft.open = True
            self._drafts.save(draft)
            return draft
        if pulled is None or pulled.form is None or pulled.form_v is None:
            raise LookupError(f"visit {rec} is not on this phone")
        again = Draft(rec, pulled.unit or "", pulled.form, pulled.form_v)
        again.base = {"epoch": self._mirror.epoch, "v": pulled.v}
        again.original = flattened(pulled.doc)
        again.values = dict(again.original)
        again.seen = self._versions_now(pulled.unit)
        self._drafts.save(again)
        return again

    def _versions_now(self, unit: str | None) -> dict[str, int]:
        kinds = ("household", "member")
        return {record.id: record.v for kind in kinds for record in self._mirror.all(kind, unit)}

    def add_photo(
        self,
        draft: Draft,
        path: str,
        data: bytes,
        *,
        taken_at: str,
        gps: Mapping[str, float] | None,
        role: str,
        mime: str = "image/jpeg",
    ) -> str:
        """Keep the file, write its facts as the answer; it travels when the visit is finished."""
        name = f"{path.replace('/', '-')}.{mime.split('/')[1].replace('jpeg', 'jpg')}"
        sha256 = self._media.add(data, mime, name)
        draft.set(path, {
            "sha256": sha256, "size": len(data), "mime": mime, "taken_at": taken_at,
            "gps": gps, "role": role, "name": name,
        })  # fmt: skip
        self._drafts.save(draft)
        return sha256

    def finish(self, draft: Draft, fix: Mapping[str, Any] | None = None) -> str | None:
        """Close the draft: what changed becomes one op, kept before this returns. None when
        nothing changed."""
        change = delta(draft.original, draft.values)
        form = self.form(draft.form, draft.form_v) or {"questions": ()}
        told = list(dict.fromkeys([*draft.confirmed, *confirmed(form, draft.values)]))
        said = {"confirmed": told} if told else {}
        anything = change or draft.confirmed
        op = self.new_id(f"op/{draft.rec}/{self._store.get('n') or 0}") if anything else None
        body = {
            "op": op, "rec": draft.rec, "type": "submission", "form": draft.form,
            "form_v": draft.form_v, "base": draft.base, "seen": draft.seen,
            "set": change.set, "rows": change.rows, "del": list(change.delete),
            "at": self._clock.iso(), "uptime": round(self._clock.uptime(), 3), "fix": fix,
        } | said  # fmt: skip
        hashes = [v["sha256"] for v in draft.values.values() if _is_file(v)]
        draft.open, draft.original, draft.confirmed = False, dict(draft.values), []
        with self._store.together():
            if op is not None:
                self._outbox.add(body, draft.unit)
            self._media.attach(draft.rec, hashes)
            self._drafts.save(draft)
        return op

    def status(self, rec: str) -> VisitStatus:
        return status_of(rec, self._drafts, self._outbox, self._media, self._mirror)


def _is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and "sha256" in value
