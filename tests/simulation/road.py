"""The road between a phone and the server in this process, with one planned fault at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from devices.network import Answer, NetworkError, Request
from tests.simulation.server import Break, Killed, Server


class Fault(Enum):
    """What befalls one request of a move, or the phone itself. Each value says it."""

    NONE = ""
    LOST = "the request is lost"
    UNHEARD = "the answer is lost"
    TWICE = "the request arrives twice"
    CUT = "the body is cut in the middle"
    WANDERS = "the request wanders and arrives days later"
    BEFORE = Break.BEFORE.value
    AFTER = Break.AFTER.value
    FULL = Break.FULL.value
    DAMAGED = "a byte is turned on the way"
    DIES_APPLIED = "the phone dies between the page and its cursor"
    DIES_TOLD = "the phone dies before it files the receipts"


SEAMS = {Fault.BEFORE: Break.BEFORE, Fault.AFTER: Break.AFTER, Fault.FULL: Break.FULL}
PAGE, FILE = 9, "application/offset+octet-stream"
DEATHS = frozenset({Fault.DIES_APPLIED, Fault.DIES_TOLD})
Heard = Callable[[int, Request, Answer, bool], None]
"""(phone, request, answer, whether the phone got it)"""


@dataclass
class Road:
    """One phone's road; `fault` strikes the request number `strike` of the present move, or the
    server at its first commit in it."""

    server: Server
    place: int
    heard: Heard
    fault: Fault = Fault.NONE
    strike: int = 0
    wandering: list[Request] = field(default_factory=list)

    def plan(self, fault: Fault, strike: int) -> None:
        self.fault, self.strike = fault, strike

    def send(self, request: Request) -> Answer:
        if self.fault in SEAMS:
            return self._broken(SEAMS[self.fault], request)
        if self.fault is Fault.DAMAGED:
            return self._deliver(self._turned(request), True)
        fault, self.strike = (self.fault if self.strike == 0 else Fault.NONE), self.strike - 1
        if fault is Fault.NONE or fault in DEATHS:
            return self._deliver(request, True)
        self.fault = Fault.NONE
        return self._suffer(fault, request)

    def _suffer(self, fault: Fault, request: Request) -> Answer:
        if fault is Fault.TWICE:
            self._deliver(request, False)
            return self._deliver(request, True)
        if fault is Fault.UNHEARD:
            self._deliver(request, False)
        elif fault is Fault.CUT and request.body:
            self._deliver(_cut(request), False)
        elif fault is Fault.WANDERS:
            self.wandering.append(request)
        raise NetworkError(fault.value)

    def _broken(self, what: Break, request: Request) -> Answer:
        """Armed until some commit of the move has met it: most requests only read."""
        seam = self.server.seam
        seam.next, seam.wait, seam.struck = what, 0, False
        try:
            return self._deliver(request, True)
        except Killed as killed:
            raise NetworkError(str(killed)) from killed
        finally:
            seam.next = None
            if seam.struck:
                self.fault = Fault.NONE

    def _turned(self, request: Request) -> Request:
        """The first file of the move is damaged; a damaged text is no text any more."""
        if request.headers.get("Content-Type") != FILE or not request.body:
            return request
        self.fault = Fault.NONE
        return _damaged(request)

    def arrive(self) -> int:
        """What wandered arrives now; nobody waits for the answers."""
        late, self.wandering = self.wandering, []
        for request in late:
            self._deliver(request, False)
        return len(late)

    def _deliver(self, request: Request, got: bool) -> Answer:
        answer = self.server.answer(_by_small_pages(request))
        self.heard(self.place, request, answer, got)
        return answer


def _by_small_pages(request: Request) -> Request:
    """So that faults fall between two pages, too."""
    path = request.path.replace("limit=500", f"limit={PAGE}")
    return Request(request.method, path, request.headers, request.body)


def _cut(request: Request) -> Request:
    headers = {**request.headers, "Content-Length": str(len(request.body))}
    return Request(request.method, request.path, headers, request.body[: len(request.body) // 2])


def _damaged(request: Request) -> Request:
    """One byte in the middle is another; no checksum gives it away."""
    body = bytearray(request.body)
    body[len(body) // 2] ^= 0x20
    headers = {k: v for k, v in request.headers.items() if k != "Upload-Checksum"}
    return Request(request.method, request.path, headers, bytes(body))
