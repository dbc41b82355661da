"""One phone: enrols, pulls, fills in visits offline, and sends until everything is receipted.

It speaks only the public protocol. Three queues, none blocking another: pull, edits, photos.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devices import carrier, hours, mending
from devices.clock import DeviceClock
from devices.drafts import Drafts
from devices.mediaqueue import MediaQueue
from devices.mirror import Mirror
from devices.network import Network, NetworkError
from devices.outbox import Outbox, Outgoing, Receipt
from devices.state import is_due, said, told_state
from devices.store import Store, dumps, loads
from devices.tus import Tus, path_of
from devices.visits import Visits
from devices.wire import Problem, ServerTrouble, Unauthorised, Wire

MOST_OPS = 500
MOST_BYTES = 1_500_000  # below the 2 MiB the server takes, envelope included
DAY = 86400.0
QUEUES = ("pull", "push", "photos", "state")
NOTHING = (0, "0" * 16)


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
            self.mirror.save_cursor(page["cursor"], page["epoch"])
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
        if units is None:
            return mending.everything(self.mirror, self._reconcile)
        return mending.of(self.mirror, self._reconcile, units)

    def _reconcile(self, asked: Mapping[str, Any]) -> Any:
        whole = {"device": self.device, "cursor": self.mirror.cursor, **asked}
        told: Any = self.wire.post_json("/api/v1/sync/reconcile", whole)
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
                elif not carrier.set_aside(self.outbox, batch, told):
                    raise
        return receipts

    def _push(self, batch: list[Outgoing]) -> list[Receipt]:
        asked = {
            "device": self.device, "epoch": self.epoch, "sent_at": self.clock.iso(),
            "uptime": round(self.clock.uptime(), 3),
            "ops": [outgoing.body for outgoing in batch],
            "device_state": said(self.store, self.state(len(batch))),
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
        self._forget(told)
        self.store.put("reported", str(self.clock.uptime()))
        receipts = [receipt for receipt in filed if receipt is not None]
        if not receipts:
            raise ServerTrouble(502, {"detail": "the answer lists none of the ops sent"})
        return receipts

    def state(self, sending: int = 0) -> dict[str, Any]:
        """What waits here once `sending` ops are through; the store knows best."""
        return told_state(self.store, self.outbox, self.media, self.make.app, sending)

    def report(self) -> bool:
        """Tell the server how this phone fares, once an hour at most, and at once when what was
        told as waiting has gone through; whether it was told."""
        now = self.clock.uptime()
        if not is_due(self.store, now, self.settled):
            return False
        told: Any = self.wire.post_json("/api/v1/device/state", said(self.store, self.state()))
        self.media.pass_position(told["epoch"], told["position"])
        self._hear(told["epoch"])
        self._forget(told)
        self.store.put("reported", str(now))
        return True

    def _forget(self, told: Mapping[str, Any]) -> None:
        """What a backup holds need not be kept here any more."""
        epoch, now = told["epoch"], self.clock.now()
        backed_up = told.get("backed_up_through") or 0
        self.outbox.forget(epoch, backed_up, now)
        self.media.forget(epoch, backed_up, now)

    def send_photos(self) -> int:
        """Send photos of finished visits; how many the server now has that it had not."""
        return carrier.send_photos(self.media, self._tus, lambda: self.epoch, self.clock.now)

    def sync_if_due(self) -> SyncReport | None:
        """What the phone does by itself: a round once one of its office's hours has struck."""
        last = float(self.store.get("synced") or 0)
        doc = hours.nearest(self.mirror.all("office"))
        later = self.store.get("not_before")
        if later is None and not hours.due(doc, last, self.clock.now()):
            return None
        return self.sync()

    def sync(self, chosen: Collection[str] = QUEUES, *, by_hand: bool = False) -> SyncReport:
        """One round: pull first, text next, photos last; a queue in trouble stops alone. Raises
        Unauthorised: a phone that was shut out must say so.

        Nothing is asked before the moment that the server named, unless a person asks for it.
        """
        report, self.wire.by_hand = SyncReport(), by_hand
        left = float(self.store.get("not_before") or 0) - self.clock.now()
        if not by_hand and 0 < left < DAY:  # a clock that was set back must not silence us
            report.trouble["server"] = "the server asked to come later"
            return report
        self.store.put("not_before", None)

        def pull() -> None:
            report.pulled = self.pull()

        def push() -> None:
            report.receipts = self.push()

        def photos() -> None:
            report.photos = self.send_photos()

        queues: tuple[tuple[str, Callable[[], object]], ...] = (
            ("pull", pull), ("push", push), ("photos", photos), ("state", self.report),
        )  # fmt: skip
        for name, queue in queues:
            try:
                if name in chosen:
                    queue()
            except Unauthorised:
                raise
            except (NetworkError, Problem) as fault:
                report.trouble[name] = str(fault)
                if isinstance(fault, Problem) and fault.retry_after and not by_hand:
                    self.store.put("not_before", str(self.clock.now() + fault.retry_after))
                    if fault.code == "come_later":
                        break
        if not report.trouble:
            self.store.put("synced", str(self.clock.now()))
        return report

    @property
    def settled(self) -> bool:
        """Nothing of this phone waits for the server."""
        return not self.outbox.pending() and not self.media.waiting()
