"""The demo township is visited through the API: `python -m devices.demo --base-url … --logins …`.

Killed and started again it goes on where it was: every id follows from the plan, every phone
keeps its own folder below --state, and what was done is not done twice.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as daytime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from devices.crew import CannotContinue, Crew, settle
from devices.itinerary import CADRES, OFFLINE, TABLET, WORKER, PlannedVisit, Twist, plan
from devices.network import NetworkError
from devices.outbox import Receipt
from devices.status import VisitState
from devices.township import township
from devices.wire import Problem, ServerTrouble

APPROVALS = 8
REVIEW_PATIENCE = 30.0  # seconds until a visit may be reviewed
RETURN_REASON = "请再看一下工资性收入：填的是一年 36 万元。 / Please look at the wages again."
RETURN_COMMENT = "是否多写了一个零？ / One nought too many?"
REVIEWED = {"approve": VisitState.APPROVED, "return": VisitState.RETURNED}
MENDED = {"income/wage": 36_000}


@dataclass(frozen=True)
class Demo:
    crew: Crew
    visits: Sequence[PlannedVisit]
    present: frozenset[str]
    done: Path
    """What a phone's own folder cannot know: which reviews were sent."""

    def of(self, login: str) -> list[PlannedVisit]:
        return [visit for visit in self.visits if visit.login == login]

    def once(self, step: str, action: Callable[[], None]) -> None:
        marker = self.done / step
        if not marker.exists():
            action()
            marker.touch()


def say(chinese: str, english: str) -> None:
    print(f"· {chinese} / {english}", flush=True)


def run(demo: Demo) -> None:
    """The township's last days, then the office's afternoon, then the cadre's repair."""
    began = time.monotonic()
    _first_pull(demo)
    with ThreadPoolExecutor(len(CADRES)) as pool:
        walks = [pool.submit(_walk, demo, login) for login in CADRES if login in demo.present]
        for walk in walks:
            walk.result()
    _second_opinion(demo)
    if TABLET in demo.present:
        _office(demo)
        _repair(demo)
    _closing(demo)
    seconds = round(time.monotonic() - began)
    say(f"演示数据已就绪，用时 {seconds} 秒", f"the demo township is ready, {seconds} s")


def _first_pull(demo: Demo) -> None:
    """Everybody pulls before anybody visits; the worker opens a visit the cadre opens too."""
    for login in sorted(demo.present):
        with demo.crew.visitor(login) as visitor:
            settle(visitor.phone)
            for visit in demo.of(login):
                if login == WORKER or visit.twist is Twist.CONTESTED:
                    visitor.prepare(visit)
    count = len(demo.present)
    say(f"{count} 台手机已登记并下载名册", f"{count} phones enrolled and pulled the register")


def _walk(demo: Demo, login: str) -> None:
    """One cadre's days; each evening the phone finds a network, but one stays offline."""
    name = demo.crew.name(login)
    with demo.crew.visitor(login) as visitor:
        days = sorted({visit.arrive.date() for visit in demo.of(login)})
        for day in days:
            visits = [visit for visit in demo.of(login) if visit.arrive.date() == day]
            for visit in visits:
                visitor.make(visit)
            if login == OFFLINE and day != days[-1]:
                say(
                    f"{name} {day}：走访 {len(visits)} 户，没有信号",
                    f"{login}: {len(visits)} visits, no network",
                )
                continue
            settle(visitor.phone)
            say(
                f"{name} {day}：走访 {len(visits)} 户，已全部送达",
                f"{login}: {len(visits)} visits, all received",
            )


def _second_opinion(demo: Demo) -> None:
    if WORKER not in demo.present:
        return
    with demo.crew.visitor(WORKER) as visitor:
        for visit in demo.of(WORKER):
            visitor.make(visit)
        settle(visitor.phone)
        apart = _disputed(visitor.phone.outbox.receipts())
    say(f"{demo.crew.name(WORKER)} 也走访了一户，{apart} 处与帮扶干部不同",
        f"the village worker visited too: {apart} answer(s) in conflict")  # fmt: skip


def _disputed(receipts: Iterable[Receipt]) -> int:
    """Conflicts told in receipts, of the visit itself or of what it changes in the register."""
    told = [
        entity["result"] for receipt in receipts for entity in receipt.result.get("entities", ())
    ]
    return sum(result == "conflict" for result in told)


def _office(demo: Demo) -> None:
    """The supervisor approves a few ordinary visits and returns one with a question."""
    ordinary = [
        v for v in demo.visits if v.twist is Twist.NONE and v.outcome == "met" and v.login in CADRES
    ]
    for visit in ordinary[:APPROVALS]:
        demo.once(
            f"approved-{visit.household.hh_code}",
            lambda visit=visit: _review(demo, visit, {"action": "approve"}),  # type: ignore[misc]
        )
    returned = _the(demo, Twist.RETURNED)
    asked = {
        "action": "return",
        "reason": RETURN_REASON,
        "comments": {"income/wage": RETURN_COMMENT},
    }
    demo.once("returned", lambda: _review(demo, returned, asked))
    say(f"{demo.crew.name(TABLET)} 通过 {APPROVALS} 份，退回 1 份",
        f"the supervisor approved {APPROVALS} and returned one")  # fmt: skip


def _review(demo: Demo, visit: PlannedVisit, verdict: Mapping[str, Any]) -> None:
    """Send a review, unless an earlier run did; a visit whose checks still run is asked again
    for a while."""
    with demo.crew.visitor(visit.login) as visitor:
        rec = visitor.rec(visit)
        settle(visitor.phone)
        if visitor.phone.visits.status(rec).state is REVIEWED[verdict["action"]]:
            return
    deadline = time.monotonic() + REVIEW_PATIENCE
    with demo.crew.visitor(TABLET) as supervisor:
        while True:
            try:
                supervisor.phone.wire.post_json(f"/api/v1/visits/{rec}/review", verdict)
                return
            except ServerTrouble:
                if time.monotonic() > deadline:
                    raise
            except Problem as told:
                if told.status != 409 or time.monotonic() > deadline:
                    raise
            time.sleep(0.5)


def _repair(demo: Demo) -> None:
    """The return reaches the cadre's phone at its next pull; only what was asked about changes."""
    visit = _the(demo, Twist.RETURNED)
    name = demo.crew.name(visit.login)

    def mend() -> None:
        with demo.crew.visitor(visit.login) as visitor:
            settle(visitor.phone)
            told = visitor.phone.visits.status(visitor.rec(visit))
            say(f"{name} 收到退回：{len(told.comments)} 条意见",
                f"{visit.login} hears of the return")  # fmt: skip
            visitor.mend(visit, MENDED, time.time())
            settle(visitor.phone)

    demo.once("mended", mend)
    say(f"{name} 改好并重新送出", f"{visit.login} mended it and sent the change")


def _the(demo: Demo, twist: Twist) -> PlannedVisit:
    return next(visit for visit in demo.visits if visit.twist is twist)


def _closing(demo: Demo) -> None:
    """Every phone pulls once more and says how its visits stand."""
    states: Counter[str] = Counter()
    for login in sorted(demo.present - {TABLET}):
        with demo.crew.visitor(login) as visitor:
            settle(visitor.phone)
            for rec in visitor.phone.drafts.known():
                states[str(visitor.phone.visits.status(rec))] += 1
    told = "，".join(f"{state} {count}" for state, count in sorted(states.items()))
    say(f"手机上的状态：{told}", "visits as the phones show them")


def prepared(base_url: str, logins: Mapping[str, Any], state: Path, zone: ZoneInfo) -> Demo:
    """Enrol and plan; the days of the first run are kept for every later one."""
    state.mkdir(parents=True, exist_ok=True)
    done = state / "done"
    done.mkdir(exist_ok=True)
    start = state / "before"
    if not start.exists():
        start.write_text(datetime.now(UTC).astimezone(zone).date().isoformat())
    before = date.fromisoformat(start.read_text())
    first = datetime.combine(before - timedelta(days=3), daytime(7, 30), zone)
    names = {user["login"]: user.get("name", user["login"]) for user in logins.get("users", ())}
    crew = Crew(base_url, state / "phones", names, first.timestamp(), logins.get("trust"))
    codes = {entry["login"]: entry["code"] for entry in logins.get("enrol", ())}
    wanted = {*CADRES, WORKER, TABLET}
    present = crew.enrol({login: code for login, code in codes.items() if login in wanted})
    return Demo(crew, plan(township(), before, zone), frozenset(present), done)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m devices.demo", description=__doc__)
    parser.add_argument("--base-url", help="the server; default: base_url of the logins file")
    parser.add_argument("--logins", required=True, type=Path, help="JSON: users and enrol codes")
    parser.add_argument("--state", default=Path("var/demo"), type=Path, help="the phones' folder")
    parser.add_argument("--trust", help="certificate file of the authority behind the server")
    parser.add_argument("--tz", default=os.environ.get("RUHU_TZ", "Asia/Shanghai"))
    given = parser.parse_args(arguments)
    logins = orjson.loads(given.logins.read_bytes())
    base_url = given.base_url or logins["base_url"]
    logins["trust"] = given.trust or logins.get("trust")
    try:
        run(prepared(base_url, logins, given.state, ZoneInfo(given.tz)))
    except (CannotContinue, NetworkError, Problem) as why:
        print(f"演示未完成，可以再次运行 / the demo stopped, run it again: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
