"""One phone: enrols, pulls, fills in visits offline, and sends until everything is receipted.

It speaks only the public protocol. Three queues, none blocking another: pull, edits, photos.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devices.clock import DeviceClock
from devices.drafts import Drafts
from devices.mediaqueue import MediaQueue
from devices.mirror import Mirror
from devices.network import Network, NetworkError
from devices.outbox import Outbox, Outgoing, Receipt
from devices.store import Store, dumps, loads
from devices.tus import Refused, Tus, path_of
from devices.visits import Visits
from devices.wire import Problem, ServerTrouble, Unauthorised, Wire

MOST_OPS = 500
MOST_BYTES = 1_500_000  # below the 2 MiB the server takes, envelope included
NOTHING = (0, "0" * 16)
FAULTY = re.compile(r"ops\[(\d+)\]")


@dataclass(frozen=True)
class Make:
    """What the phone says of itself when it enrols."""

    label: str = "Phone"
    model: str = "SH-7 Lite"
    app: str = "device-sim/0.1.0"


@dataclass
class SyncReport:
    """What one round brought; `trouble` names the queues that stopped and why."""

    pulled: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    photos: int = 0
    trouble: dict[str, str] = field(default_factory=dict)


class Phone:
    """`salt` makes every id repeatable (demo, tests); without it ids are random."""

    def __init__(
        self,
        folder: Path,
        network: Network,
        clock: DeviceClock,
        make: Make | None = None,
        *,
        salt: str | None = None,
        chunk: int = 256 * 1024,
    ) -> None:
        self.store, self.clock, self.make = Store(folder), clock, make or Make()
        self.mirror, self.outbox = Mirror(self.store), Outbox(self.store)
        self.media, self.drafts = MediaQueue(self.store), Drafts(self.store)
        self.visits = Visits(
            self.store, clock, self.mirror, self.outbox, self.media, self.drafts, salt
        )
        self.wire = Wire(network, self.make.app)
        self.wire.token = self.store.get("token")
        self._tus, self._most = Tus(self.wire, chunk), MOST_OPS
        self.mismatches = 0

    def close(self) -> None:
        self.store.close()

    # Who I am

    @property
    def device(self) -> str | None:
        return self.store.get("device")

    @property
    def epoch(self) -> str | None:
        return self.store.get("epoch")

    def enrol(self, code: str) -> Mapping[str, Any]:
        """Trade a one-time code for this device's token; the user it was issued to."""
        about = {"label": self.make.label, "model": self.make.model, "app": self.make.app}
        told: Any = self.wire.post_json("/api/v1/enrol", {"code": code, "device": about})
        with self.store.together():
            for key in ("device", "token"):
                self.store.put(key, told[key])
            self._hear(told["epoch"])
            self.store.put("user", dumps(told["user"]).decode())
        self.wire.token = told["token"]
        user: Mapping[str, Any] = told["user"]
        return user

    # Pull

    def pull(self) -> int:
        """Everything new since the cursor: records applied. Resumable at every page."""
        count = 0
        while True:
            page = self._page()
            if page is None:
                break
            self.mirror.apply(page["records"], page.get("drop") or ())
            self.mirror.save_cursor(page["cursor"])
            self._hear(page["epoch"])
            count += len(page["records"])
            if not page["more"]:
                self._check(page.get("digests") or {})
                break
        self._fetch_forms()
        return count

    def _page(self) -> Any:
        cursor = self.mirror.cursor
        query = "?limit=500" + (f"&cursor={cursor}" if cursor else "")
        try:
            answer = self.wire.get("/api/v1/sync/pull" + query)
        except Problem as told:
            if cursor is None or told.code not in ("cursor_gone", "cursor_invalid"):
                raise
            self.mirror.reset()
            return self._page()
        return None if answer.status == 204 else loads(answer.body)

    def _check(self, told: Mapping[str, Any]) -> None:
        """The server's figures against this phone's copy: what is lost in silence shows here."""
        mine = self.mirror.figures()
        odd = [unit for unit, sum_ in told.items() if mine.get(unit, NOTHING) != tuple(sum_)]
        if odd:
            self.mismatches += len(odd)
            self.reconcile(odd)

    def reconcile(self, units: Sequence[str] | None = None) -> int:
        """Mend the copies of these units, or of all; how many records came or went."""
        asked: dict[str, Any] = {"device": self.device, "cursor": self.mirror.cursor}
        if units is None:
            told = self._reconcile({**asked, "digests": self.mirror.figures(), "complete": True})
            units = told["differ"]
        count, more = 0, bool(units)
        while more:
            told = self._reconcile({**asked, "held": self.mirror.held(units)})
            count += len(told["records"]) + len(told["forget"])
            more = told["more"]
        return count

    def _reconcile(self, asked: Mapping[str, Any]) -> Any:
        told: Any = self.wire.post_json("/api/v1/sync/reconcile", asked)
        self.mirror.mend(told["records"], told["forget"], told["drop"])
        return told

    def _fetch_forms(self) -> None:
        for record in self.mirror.all("form"):
            form, version = record.doc["form"], record.doc["version"]
            if self.visits.form(form, version) is None:
                answer = self.wire.get(path_of(record.doc["definition_url"]))
                self.store.run(
                    "INSERT OR REPLACE INTO forms (form, version, body) VALUES (?, ?, ?)",
                    form, version, answer.body,
                )  # fmt: skip

    def _hear(self, epoch: str) -> None:
        """Another epoch: the server was restored, so what its backup may lack goes again."""
        if epoch == self.epoch:
            return
        with self.store.together():
            self.outbox.send_again(epoch)
            self.media.send_again(epoch)
            self.store.put("epoch", epoch)

    # Send

    def push(self) -> list[Receipt]:
        """Send edits until each has its receipt."""
        receipts: list[Receipt] = []
        while batch := self.outbox.batch(self._most, MOST_BYTES):
            try:
                receipts += self._push(batch)
            except Problem as told:
                if told.code == "push_too_large" and len(batch) > 1:
                    self._most = max(1, len(batch) // 2)
                elif not self._set_aside(batch, told):
                    raise
        return receipts

    def _push(self, batch: list[Outgoing]) -> list[Receipt]:
        asked = {
            "device": self.device, "epoch": self.epoch, "sent_at": self.clock.iso(),
            "uptime": round(self.clock.uptime(), 3),
            "ops": [outgoing.body for outgoing in batch],
        }  # fmt: skip
        told: Any = self.wire.post_json("/api/v1/sync/push", asked)
        epoch, now = told["epoch"], self.clock.now()
        with self.store.together():
            filed = [
                self.outbox.acknowledge(result, epoch, told["position"], now)
                for result in told["results"]
            ]
            self.media.pass_position(epoch, told["position"])
            self._hear(epoch)
            self.mirror.drop_departed()
        backed_up = told.get("backed_up_through") or 0
        self.outbox.forget(epoch, backed_up, now)
        self.media.forget(epoch, backed_up, now)
        receipts = [receipt for receipt in filed if receipt is not None]
        if not receipts:
            raise ServerTrouble(502, {"detail": "the answer lists none of the ops sent"})
        return receipts

    def _set_aside(self, batch: list[Outgoing], told: Problem) -> bool:
        """One unreadable op must not hold up the rest."""
        if told.status != 422:
            return False
        places = {int(m[1]) for name in told.fields if (m := FAULTY.match(name))}
        for place in places:
            if place < len(batch):
                faults = [f"{k}: {v}" for k, v in told.fields.items() if f"[{place}]" in k]
                self.outbox.set_aside(batch[place].op, "; ".join(faults))
        return bool(places)

    def send_photos(self) -> int:
        """Send photos of finished visits; how many the server now has that it had not."""
        waiting = self.media.waiting()
        if not waiting:
            return 0
        stored, begun = self._tus.have([blob.sha256 for blob in waiting])
        for blob in waiting:
            if blob.sha256 not in stored:
                self.media.remember(blob.sha256, begun.get(blob.sha256))
        count = 0
        for blob in self.media.waiting():
            try:
                if blob.sha256 not in stored:
                    self._tus.send(blob, self.media.read(blob.sha256))
                self.media.stored(blob.sha256, self.epoch, self.clock.now())
                count += 1
            except Refused as why:
                self.media.refused(blob.sha256, str(why))
        return count

    def sync(self, chosen: Collection[str] = ("pull", "push", "photos")) -> SyncReport:
        """One round: pull first, text next, photos last; a queue in trouble stops alone. Raises
        Unauthorised: a phone that was shut out must say so."""
        report = SyncReport()

        def pull() -> None:
            report.pulled = self.pull()

        def push() -> None:
            report.receipts = self.push()

        def photos() -> None:
            report.photos = self.send_photos()

        queues: tuple[tuple[str, Callable[[], None]], ...] = (
            ("pull", pull), ("push", push), ("photos", photos),
        )  # fmt: skip
        for name, queue in queues:
            try:
                if name in chosen:
                    queue()
            except Unauthorised:
                raise
            except (NetworkError, Problem) as fault:
                report.trouble[name] = str(fault)
        return report

    @property
    def settled(self) -> bool:
        """Nothing of this phone waits for the server."""
        return not self.outbox.pending() and not self.media.waiting()
