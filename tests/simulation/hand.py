"""A person with a phone: the scripted phone of `devices/`, killed and started again at will."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from devices.clock import DeviceClock
from devices.mirror import Mirror
from devices.outbox import Outbox, Receipt
from devices.phone import QUEUES, Phone, SyncReport
from devices.visits import Visits
from tests.kit import ops
from tests.simulation.people import OLD_APP, PHONES
from tests.simulation.road import Fault, Heard, Road
from tests.simulation.server import START, Server


class Died(BaseException):
    """The phone is off; what it had not kept is gone."""


class Unsettled(AssertionError):
    """A phone on a good road that never comes to rest."""


class MortalMirror(Mirror):
    """Dies between a page and its cursor, whichever comes first, when it is told to."""

    doomed, steps, resets = False, 0, 0

    def apply(self, records: Iterable[Mapping[str, Any]], drop: Iterable[str]) -> None:
        self._step()
        super().apply(records, drop)

    def save_cursor(self, cursor: str, epoch: str | None = None) -> None:
        self._step()
        super().save_cursor(cursor, epoch)

    def reset(self) -> None:
        self.resets += 1
        super().reset()

    def _step(self) -> None:
        self.steps += 1
        if self.doomed and self.steps > 1:
            raise Died("between the page and its cursor")


class MortalOutbox(Outbox):
    """Dies when it is about to file a receipt, once, when it is told to."""

    doomed = False

    def acknowledge(
        self, result: Mapping[str, Any], epoch: str, position: int, at: float
    ) -> Receipt | None:
        if self.doomed:
            raise Died("before the receipt")
        return super().acknowledge(result, epoch, position, at)


class OldVisits(Visits):
    """An app that was never brought up to date: it fills in the form it knows."""

    def newest_form(self, form: str) -> Any:
        return self.form(form, ops.VERSION) or super().newest_form(form)


class Hand:
    """One phone. Its clock may be wrong by `offset` seconds."""

    def __init__(self, server: Server, place: int, folder: Path, heard: Heard) -> None:
        self.server, self.place, self.login = server, place, PHONES[place]
        self._folder = folder / f"phone-{place}"
        self.road = Road(server, place, heard)
        self.clock = DeviceClock(server.time, booted=START - 7200.0, set_at=START)
        self._start()

    @property
    def device(self) -> str:
        return self.server.township.devices[self.place]

    @property
    def user(self) -> str:
        return self.server.township.users[self.login]

    def _start(self) -> None:
        phone = Phone(self._folder, self.road, self.clock, salt=f"simulation/{self.place}")
        phone.store.run("PRAGMA synchronous=OFF")  # killed by an exception, not by a power cut
        self.mirror, self.outbox = MortalMirror(phone.store), MortalOutbox(phone.store)
        phone.mirror, phone.outbox = self.mirror, self.outbox
        kind = OldVisits if self.place == OLD_APP else Visits
        phone.visits = kind(
            phone.store, self.clock, self.mirror, self.outbox, phone.media, phone.drafts,
            f"simulation/{self.place}",
        )  # fmt: skip
        phone.wire.token = self.server.township.token(self.place)
        if phone.device is None:
            phone.store.put("device", self.device)
        self.phone = phone
        if self.place == OLD_APP and phone.visits.form(ops.FORM, ops.VERSION) is None:
            self._as_installed(phone)

    def _as_installed(self, phone: Phone) -> None:
        """The form that came with the old app."""
        address = f"/api/v1/forms/{ops.FORM}/{ops.VERSION}.json"
        body = phone.wire.get(address).body
        phone.store.run("INSERT INTO forms VALUES (?, ?, ?)", ops.FORM, ops.VERSION, body)

    def close(self) -> None:
        self.phone.close()

    def die(self) -> None:
        self.close()
        self._start()

    def sync(
        self,
        queues: Collection[str] = QUEUES,
        fault: Fault = Fault.NONE,
        strike: int = 0,
        by_hand: bool = False,
    ) -> SyncReport:
        """One round of the phone, or some of its queues, with one fault on the way."""
        self.road.plan(fault, strike)
        self.mirror.doomed, self.mirror.steps = fault is Fault.DIES_APPLIED, 0
        self.outbox.doomed = fault is Fault.DIES_TOLD
        try:
            return self.phone.sync(queues, by_hand=by_hand)
        except Died as death:
            self.die()
            return SyncReport(trouble={"phone": str(death)})
        finally:
            self.road.plan(Fault.NONE, 0)
            self.mirror.doomed = self.outbox.doomed = False

    def settle(self, patience: int = 12) -> None:
        """On a good road, until nothing waits, whatever the person holds by now."""
        report = SyncReport()
        for _ in range(patience):
            report = self.sync(by_hand=True)  # whatever hour the server named
            if not report.trouble and self.phone.settled:
                return
        raise Unsettled(f"phone {self.place} does not settle: {report.trouble}")
