"""A phone as slow as a cheap one: Chromium at 360×740, its CPU throttled, timed from inside."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, Request

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
SLOWER = 4
PATIENCE = 120_000
PAUSE = 100
BETWEEN = (150, 450)
"""Milliseconds between keys, drawn anew each time: what waits for a pause falls between them."""

CLOCK = """(() => {
  const painted = (then) => requestAnimationFrame(() => {
    const door = new MessageChannel()
    door.port1.onmessage = () => then(performance.now())
    door.port2.postMessage(0)
  })
  const bench = (window.bench = { keys: [], took: null, first: null, begun: null })
  let down = null
  addEventListener('keydown', (event) => (down = event.timeStamp), true)
  addEventListener('input', () => {
    const from = down
    down = null
    if (from !== null) painted((now) => bench.keys.push(now - from))
  }, true)
  bench.watch = (seen) => {
    bench.took = null
    addEventListener('click', (event) => {
      const look = () => (seen() ? painted((now) => (bench.took = now - event.timeStamp))
        : requestAnimationFrame(look))
      look()
    }, { capture: true, once: true })
  }
  const look = () => (document.querySelector('.rows .row')
    ? painted((now) => (bench.first = now)) : requestAnimationFrame(look))
  look()
})()"""
"""Runs in the page before the app. A frame counts once what follows it can run, so painting is
in it; the clock starts with the event's own time stamp, so a queue in front of it is in it too."""


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise SystemExit("chromium is needed: apt-get install chromium fonts-noto-cjk")
    return found


@dataclass
class Handset:
    """One phone; `profile` is all that outlives the browser."""

    driver: Playwright
    profile: Path
    url: str
    asked: list[Request] = field(default_factory=list)
    context: BrowserContext | None = None

    @property
    def page(self) -> Page:
        assert self.context is not None
        return self.context.pages[0]

    def switch_on(self) -> None:
        self.context = self.driver.chromium.launch_persistent_context(
            str(self.profile), executable_path=chromium(), args=list(FLAGS), headless=True,
            viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True,
            device_scale_factor=2, locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self.page.set_default_timeout(PATIENCE)
        self.page.add_init_script(CLOCK)
        self.page.on("requestfinished", lambda one: self.asked.append(one))
        line = self.context.new_cdp_session(self.page)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def switch_off(self) -> None:
        assert self.context is not None
        self.context.close()
        self.context = None

    def open(self, address: str) -> None:
        self.page.evaluate("(hash) => { location.hash = hash }", address)

    def join(self, code: str) -> None:
        """As after scanning the QR code; until the app itself is kept on the phone."""
        self.page.goto(f"{self.url}/enrol#{code}")
        self.page.click("dialog.ask .primary")
        self.page.wait_for_selector(".rows .row")
        self._number("first")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.quiet()

    def quiet(self) -> None:
        """Until the phone has nothing more to say to the server."""
        self.page.wait_for_selector(".strip-send:not([disabled])")
        self.page.wait_for_timeout(1_500)

    def first_list(self) -> float:
        """Load the app anew; milliseconds from there until the list is painted."""
        self.page.goto(f"{self.url}/app/")
        return self._number("first")

    def timed_tap(self, tapped: str, seen: str) -> float:
        """Tap; milliseconds until `seen` (an expression of the page) holds and is painted."""
        self.page.wait_for_selector(tapped)
        self.page.evaluate(f"bench.watch(() => {seen})")
        self.page.eval_on_selector(tapped, "(one) => one.click()")
        return self._number("took")

    def _number(self, name: str) -> float:
        self._until(f"window.bench && bench.{name} !== null")
        return float(self.page.evaluate(f"bench.{name}"))

    def _until(self, expression: str) -> None:
        """Asked from outside: the app's policy lets nothing inside it wait for an expression."""
        for _ in range(PATIENCE // PAUSE):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(PAUSE)
        raise RuntimeError(f"never true: {expression}")

    def typed(self, field: str, keys: Sequence[str], seed: int = 1) -> list[float]:
        """Press keys in a field as a hand would; milliseconds from each to its painted frame."""
        rng = random.Random(seed)
        self.page.focus(field)
        self.page.wait_for_timeout(1_000)
        self.page.evaluate("bench.keys = []")
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(rng.uniform(*BETWEEN))
        self._until(f"bench.keys.length >= {len(keys)}")
        return [float(one) for one in self.page.evaluate("bench.keys")]

    def loaded(self) -> list[str]:
        """The files of the app that this page has asked for, the page itself first."""
        told: Any = self.page.evaluate(
            "performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)"
        )
        return ["/app/", *sorted({str(one) for one in told if str(one).startswith("/app/")})]
