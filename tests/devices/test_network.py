"""Each fault of the bad road, over real sockets: what the server heard, what the phone saw."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import pytest

from devices.network import BadRoad, Fault, NetworkError, Request, Road, Trouble, bad_weather


class Ear(ThreadingHTTPServer):
    """Answers every POST with its body and remembers what came whole and what came cut."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.whole: list[bytes] = []
        self.cut: list[int] = []
        self.heard = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def wait_for(self, whole: int = 0, cut: int = 0) -> None:
        with self.heard:
            assert self.heard.wait_for(
                lambda: len(self.whole) >= whole and len(self.cut) >= cut, timeout=5
            )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Ear

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        with self.server.heard:
            if len(body) < length:
                self.server.cut.append(len(body))
            else:
                self.server.whole.append(body)
            self.server.heard.notify_all()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return  # quiet

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, BrokenPipeError):
            return  # a phone that hung up


@pytest.fixture
def ear() -> Iterator[Ear]:
    server = Ear()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def road(ear: Ear) -> Iterator[Road]:
    made = Road(ear.url, timeout=5)
    yield made
    made.close()


def _post(body: bytes) -> Request:
    return Request("POST", "/x", {}, body)


def test_a_good_road_brings_the_answer_and_counts_bytes(ear: Ear, road: Road) -> None:
    assert road.send(_post(b"hello")).body == b"hello"
    assert road.send(_post(b"again")).status == 200
    assert (road.sent, road.received, road.exchanges) == (10, 10, 2)


def test_a_dropped_request_is_never_heard(ear: Ear, road: Road) -> None:
    with pytest.raises(NetworkError):
        BadRoad(road, [Trouble(Fault.DROP)]).send(_post(b"a"))
    assert ear.whole == []


def test_a_lost_answer_was_heard(ear: Ear, road: Road) -> None:
    with pytest.raises(NetworkError):
        BadRoad(road, [Trouble(Fault.LOSE)]).send(_post(b"a"))
    assert ear.whole == [b"a"]


def test_a_doubled_request_is_heard_twice_and_answered(ear: Ear, road: Road) -> None:
    assert BadRoad(road, [Trouble(Fault.TWICE)]).send(_post(b"a")).body == b"a"
    assert ear.whole == [b"a", b"a"]


def test_a_cut_request_arrives_in_part(ear: Ear, road: Road) -> None:
    with pytest.raises(NetworkError):
        BadRoad(road, [Trouble(Fault.CUT_REQUEST, 300)]).send(_post(b"z" * 1000))
    ear.wait_for(cut=1)
    assert (ear.whole, ear.cut) == ([], [300])


def test_a_cut_answer_was_heard_whole(ear: Ear, road: Road) -> None:
    with pytest.raises(NetworkError):
        BadRoad(road, [Trouble(Fault.CUT_ANSWER, 20)]).send(_post(b"z" * 1000))
    ear.wait_for(whole=1)


def test_an_overtaken_request_is_heard_after_the_next(ear: Ear, road: Road) -> None:
    bad = BadRoad(road, [Trouble(Fault.OVERTAKEN)])
    with pytest.raises(NetworkError):
        bad.send(_post(b"first"))
    bad.send(_post(b"second"))
    assert ear.whole == [b"second", b"first"]


def test_a_delay_waits_and_then_goes_through(ear: Ear, road: Road) -> None:
    slept: list[float] = []
    bad = BadRoad(road, [Trouble(Fault.DELAY, 9.0)], slept.append)
    assert bad.send(_post(b"a")).status == 200
    assert slept == [9.0]


def test_after_its_plan_the_road_is_good(ear: Ear, road: Road) -> None:
    assert BadRoad(road, []).send(_post(b"a")).status == 200


def test_nobody_listening_is_a_network_error() -> None:
    with pytest.raises(NetworkError):
        Road("http://127.0.0.1:9", timeout=1).send(_post(b"a"))


def test_the_weather_of_a_seed_repeats() -> None:
    first, second = (list(islice(bad_weather(7), 200)) for _ in range(2))
    assert first == second
    assert 30 < sum(trouble.fault is not Fault.NONE for trouble in first) < 90
