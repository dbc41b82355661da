"""The demo's people with their phones: enrolled once, opened when needed, closed after."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.clock import DeviceClock, Journey
from devices.network import BadRoad, Network, Road, bad_weather
from devices.phone import Make, Phone
from devices.visitor import Visitor
from devices.wire import Problem

SEED = "ruhu-demo"
POOR_RECEPTION = "cadre3"  # this phone's road drops, doubles and cuts now and then
ROUNDS = 60


class CannotContinue(Exception):
    """The demo cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Crew:
    """`names` by login; `booted` is when all phones were last switched on (Unix time)."""

    base_url: str
    state: Path
    names: Mapping[str, str]
    booted: float
    trust: str | None = None

    def name(self, login: str) -> str:
        return self.names.get(login, login)

    @contextmanager
    def visitor(self, login: str) -> Iterator[Visitor]:
        """Someone with their phone, as it was left; one thread at a time holds a phone."""
        road = Road(self.base_url, trust=self.trust)
        network: Network = road
        if login == POOR_RECEPTION:
            network = BadRoad(road, bad_weather(7, 0.12))
        journey = Journey()
        clock = DeviceClock(journey, booted=self.booted)
        phone = Phone(self.state / login, network, clock, _make(login), salt=f"{SEED}/{login}")
        try:
            yield Visitor(phone, journey, SEED)
        finally:
            phone.close()
            road.close()

    def enrol(self, codes: Mapping[str, str]) -> list[str]:
        """Enrol whoever is not yet; who can take part."""
        present = []
        for login in dict.fromkeys([*codes, *self.known()]):
            road = Road(self.base_url, trust=self.trust)
            clock = DeviceClock(booted=self.booted)
            phone = Phone(self.state / login, road, clock, _make(login))
            try:
                if phone.device is None:
                    phone.enrol(codes[login])
                present.append(login)
            except Problem as told:
                raise CannotContinue(f"{login}: {told}") from told
            finally:
                phone.close()
                road.close()
        return present

    def known(self) -> list[str]:
        return sorted(folder.parent.name for folder in self.state.glob("*/phone.sqlite"))


def settle(phone: Phone) -> None:
    """Send until the server has everything, however often the road breaks."""
    trouble: Mapping[str, Any] = {}
    for attempt in range(ROUNDS):
        trouble = phone.sync().trouble
        if phone.settled and not trouble:
            return
        time.sleep(min(0.05 * attempt, 1.0))
    raise CannotContinue(f"the server did not take everything: {dict(trouble)}")


def _make(login: str) -> Make:
    return Make(label=f"演示 {login}", model="SH-7 Lite")
