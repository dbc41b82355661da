"""`make bench-app` or `python -m benchmarks.app`: the form app on a slow phone, and its goals."""

import argparse
import math
import statistics
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Playwright, sync_playwright

from benchmarks.handset import SLOWER, Handset
from benchmarks.town import FEW, MANY, Town, town
from benchmarks.world import ROOT

DIST = ROOT / "client" / "dist"
ONWARD = ".foot .primary"
QUESTION = "document.querySelector('.q')"
ROW = "document.querySelector('.rows .row')"
AMOUNT = [*"3600", *["Backspace"] * 4] * 6
WORDS = [*"dongpocun3zu", *["Backspace"] * 12] * 2
SEARCH = [*"h0004", *["Backspace"] * 5] * 4
INCOME = 3
"""The place of the pack's page with the most sums, once the family was met."""
COLD = 5


@dataclass(frozen=True)
class Line:
    """One figure; `value` against `goal` says whether it was reached."""

    name: str
    said: str
    value: float = 0
    goal: float | None = None
    unit: str = "ms"

    def __str__(self) -> str:
        if self.goal is None:
            return f"{self.name:<52} {self.said}"
        verdict = "reached" if self.value <= self.goal else "MISSED"
        return f"{self.name:<52} {self.said:<26} goal {self.goal:,g} {self.unit}: {verdict}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app", description=__doc__)
    parser.add_argument("--few", type=int, default=60, help="households of an ordinary cadre")
    parser.add_argument("--many", type=int, default=2000, help="households of the long list")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        here = town(Path(folder), given.few, given.many)
        print(
            f"{psutil.cpu_count()} cores; Chromium 360×740, CPU {SLOWER} times slower; "
            "server on the same cores"
        )
        for line in measured(here, driver, Path(folder), given.many):
            print(line, flush=True)


def measured(here: Town, driver: Playwright, folder: Path, many: int) -> Iterator[Line]:
    with here.open() as url:
        phone = Handset(driver, folder / "few", url)
        phone.switch_on()
        phone.page.goto(f"{url}/login")
        yield _keys("key to frame of a bare field, to compare", phone, "form.stack", WORDS)
        phone.join(here.code(FEW))
        yield _bytes("first load, until the list shows", phone.loaded(), 350)
        yield from pack_form(phone)
        yield empty_sync(phone)
        here.publish_large()
        yield from large_form(phone)
        phone.switch_off()
        other = Handset(driver, folder / "many", url)
        other.switch_on()
        other.join(here.code(MANY))
        yield from long_list(other, many)
        other.switch_off()
    yield cold_start(phone, "offline cold start until the list shows", 1000)
    yield cold_start(other, f"offline cold start, {many:,} households", None)


def pack_form(phone: Handset) -> Iterator[Line]:
    took = _begin(phone, 0)
    yield Line("open the pack's visit form", f"{took:,.0f} ms")
    yield _bytes("everything a visit needs", phone.loaded(), None)
    rec = _visit(phone)
    phone.page.click('label.choice:has(input[value="met"])')
    phone.open(f"#/fill/{rec}/{INCOME}")
    phone.page.wait_for_selector("#q-income-wage")
    yield _keys("key to frame, pack, an amount under sums", phone, "#q-income-wage", AMOUNT)
    phone.open(f"#/fill/{rec}/{INCOME - 1}")
    phone.page.wait_for_selector("#q-people-actual_address")
    yield _keys("key to frame, pack, words", phone, "#q-people-actual_address", WORDS)
    yield turns("turn a page, pack", phone, rec, range(4))


def large_form(phone: Handset) -> Iterator[Line]:
    _sync(phone)
    took = _begin(phone, 1)
    rows = len(phone.page.query_selector_all(".person"))
    if rows != 10:
        raise RuntimeError(f"the large form shows {rows} rows of a repeat, not 10")
    yield Line("open 300 questions + 10 repeats of 10 rows", f"{took:,.0f} ms", took, 2900)
    yield _keys("key to frame, large, an amount under a sum", phone, "#q-s0-q0_0", AMOUNT, 35)
    yield _keys("key to frame, large, words", phone, "#q-s0-q0_2", WORDS, 35)
    yield turns("turn a page, large", phone, _visit(phone), range(6))


def long_list(phone: Handset, many: int) -> Iterator[Line]:
    taken = []
    for _ in range(COLD):
        phone.open("#/phone")
        phone.page.wait_for_selector("dl, .card")
        taken.append(phone.timed_tap(".top-button", ROW))
    yield Line(f"show the list of {many:,} households", _spread(taken))
    yield _keys(f"key to frame, search in {many:,} households", phone, ".search", SEARCH)


def cold_start(phone: Handset, name: str, goal: float | None) -> Line:
    """The server is gone and each time the browser is a new process with the same profile."""
    taken = []
    for _ in range(COLD):
        phone.switch_on()
        taken.append(phone.first_list())
        phone.switch_off()
    return Line(name, _spread(taken), statistics.median(taken), goal)


def turns(name: str, phone: Handset, rec: str, pages: Iterable[int]) -> Line:
    phone.open(f"#/fill/{rec}/0")
    phone.page.wait_for_selector(".rail-part.rail-now:first-child")
    taken = []
    for page in pages:
        phone.page.wait_for_timeout(1_000)
        there = f"document.querySelector('.rail-now:nth-child({page + 2})')"
        taken.append(phone.timed_tap(ONWARD, there))
    return Line(name, _spread(taken))


def empty_sync(phone: Handset) -> Line:
    phone.open("#/households")
    phone.page.wait_for_selector(".rows .row")
    _sync(phone)
    phone.asked.clear()
    _sync(phone)
    asked = [one for one in phone.asked if "/api/" in one.url]
    total = sum(int(str(size)) for one in asked for size in one.sizes().values())
    return Line("an empty sync, headers included", f"{total:,} B in {len(asked)} request(s)")


def _sync(phone: Handset) -> None:
    phone.open("#/households")
    phone.page.click(".strip-send:not([disabled])")
    phone.quiet()


def _begin(phone: Handset, place: int) -> float:
    """A new visit to the household at this place of the list; ms until its questions show."""
    phone.open("#/households")
    phone.page.wait_for_selector(".rows .row")
    phone.page.locator("a.row[href*=household]").nth(place).click()
    phone.page.wait_for_selector(".facts")
    phone.page.wait_for_timeout(1_000)
    return phone.timed_tap(ONWARD, QUESTION)


def _visit(phone: Handset) -> str:
    return phone.page.url.split("/fill/")[1].split("/")[0]


def _keys(
    name: str, phone: Handset, box: str, keys: Sequence[str], goal: float | None = None
) -> Line:
    taken = sorted(phone.typed(f"{box} input:not([type=hidden])", keys))
    high = taken[math.ceil(len(taken) * 0.95) - 1]
    said = f"p50 {statistics.median(taken):.0f}, p95 {high:.0f} ms"
    return Line(name, said, high, goal)


def _spread(taken: Sequence[float]) -> str:
    return f"p50 {statistics.median(taken):,.0f}, worst {max(taken):,.0f} ms"


def _bytes(name: str, paths: Iterable[str], goal: float | None) -> Line:
    kilobytes = sum(map(_packed, paths)) / 1000
    return Line(f"{name} (gz)", f"{kilobytes:,.0f} kB", kilobytes, goal, "kB")


def _packed(path: str) -> int:
    """Bytes of a file as it travels: pictures are packed already."""
    file = DIST / (path.removeprefix("/app/") or "index.html")
    small = file.with_name(file.name + ".gz")
    return (small if small.is_file() else file).stat().st_size


if __name__ == "__main__":
    main()
