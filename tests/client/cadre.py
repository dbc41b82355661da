"""A cadre with a phone: the form app in Chromium at 360×740, told what to tap."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright

from tests.kit.browser import FLAGS, where

HERE = {"latitude": 33.0712, "longitude": 107.0234, "accuracy": 8}
SIZE = {"width": 360, "height": 740}
LONG = 30_000
SAVED = 800
"""Milliseconds after which a tap is on the disk, with room to spare."""
ANSWER = ".rows .row, .fault-box"
TOO_MANY = ".fault-box >> text=/试得太多|Too many/"
WAITS = 15
PHOTOS = ("photo_front", "photo_checked", "photo_paper")
KNOWN = ("Failed to load resource", "net::ERR_")
"""What Chromium itself says of a dead line; anything else on the page's console is a fault."""


@dataclass
class Cadre:
    """One phone; `profile` is all that outlives the browser."""

    driver: Playwright
    profile: Path
    url: str
    lang: str = "zh"
    environment: dict[str, str] | None = None
    faults: list[str] = field(default_factory=list)
    context: BrowserContext | None = None

    @property
    def page(self) -> Page:
        assert self.context is not None
        return self.context.pages[0]

    def switch_on(self, at: str = "/app/") -> None:
        self.context = self.driver.chromium.launch_persistent_context(
            str(self.profile), executable_path=where(), args=list(FLAGS), headless=True,
            viewport=SIZE, is_mobile=True, has_touch=True, device_scale_factor=2,  # type: ignore[arg-type]
            locale="zh-CN" if self.lang == "zh" else "en-GB", timezone_id="Asia/Shanghai",
            geolocation=HERE, permissions=["geolocation"],  # type: ignore[arg-type]
            env=self.environment,  # type: ignore[arg-type]
        )  # fmt: skip
        self.page.set_default_timeout(LONG)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", self._note)
        self.page.goto(self.url + at)

    def _note(self, message: object) -> None:
        told = str(getattr(message, "text", ""))
        if getattr(message, "type", "") == "error" and not any(w in told for w in KNOWN):
            self.faults.append(told)

    def switch_off(self) -> None:
        assert self.context is not None
        self.context.close()
        self.context = None

    def open(self, address: str) -> None:
        self.page.goto(f"{self.url}/app/#/{address}")

    def join(self, code: str) -> None:
        """As after scanning the QR code with the phone's own camera."""
        self.ask_in(code)
        self.page.wait_for_selector(".rows .row")

    def ask_in(self, code: str) -> None:
        """Scan and confirm, until an answer shows. The demo's phones joined from this address a
        moment ago, and the server takes ten a minute: who is told to wait waits, as a person."""
        self.page.goto(f"{self.url}/enrol#{code}")
        self.page.click("dialog.ask .primary")
        self.page.wait_for_selector(ANSWER)
        for _ in range(WAITS):
            if not self.page.locator(TOO_MANY).count():
                return
            self.page.wait_for_timeout(5_000)
            self.page.click("form button[type=submit]")
            self.page.wait_for_timeout(1_000)
            self.page.wait_for_selector(ANSWER)

    def ready_offline(self) -> None:
        """Until the app itself is kept on the phone."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def question(self, path: str) -> Locator:
        """The box of a question, named by its path."""
        return self.page.locator(f"#q-{path.replace('/', '-')}")

    def write(self, path: str, text: str) -> None:
        self.question(path).locator("input, textarea").first.fill(text)

    def choose(self, path: str, name: str) -> None:
        self.question(path).locator(f'label.choice:has(input[value="{name}"])').click()

    def onward(self) -> None:
        before = self.page.url
        self.page.click(".foot .primary")
        self.page.wait_for_url(lambda url: url != before)

    def begin(self, household: str) -> str:
        """A new visit; its id."""
        self.open(f"household/{household}")
        self.page.click(".foot .primary")
        self.page.wait_for_selector(".q")
        return self.page.url.split("/fill/")[1].split("/")[0]

    def at_the_door(self) -> None:
        self.choose("door/outcome", "met")
        self.question("door/arrived_at").locator("button").first.click()
        self.question("door/place").locator("button").first.click()
        self.page.wait_for_selector(".place-have, .place-live button")
        if self.page.locator(".place-live button").count():
            self.page.locator(".place-live button").click()
        self.page.wait_for_selector(".place-have")

    def photograph(self, folder: Path) -> None:
        for name in PHOTOS:
            chooser = f'input[data-path="evidence/{name}"]'
            self.page.set_input_files(chooser, str(folder / f"{name}.jpg"))
            self.page.wait_for_selector(f".q:has({chooser}) img.thumb")

    def sign(self) -> None:
        self.question("evidence/signature").locator("button").first.click()
        box = self.page.locator("canvas").bounding_box()
        assert box is not None
        x, y = box["x"] + 60, box["y"] + 200
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in range(30):
            self.page.mouse.move(x + step * 7, y + ((step % 6) - 3) * 22)
        self.page.mouse.up()
        self.page.click("dialog.sign .primary")
        self.page.wait_for_selector("img.thumb.paper")

    def fill(self, folder: Path, wage: str = "36000") -> None:
        """Every page of a visit where the family was met."""
        self.at_the_door()
        self.onward()
        self.page.click("label.acknowledge")
        self.onward()
        self.choose("people/met_who", "head")
        self.onward()
        self.write("income/wage", wage)
        self.onward()
        self.choose("living/housing_grade", "B")
        self.choose("living/water_source", "tap")
        self.onward()
        self.photograph(folder)
        self.sign()
        self.onward()
        self.choose("finish/problem", "no")
        self.page.wait_for_timeout(SAVED)

    def finish(self) -> None:
        self.onward()
        self.page.click(".foot .primary")
        self.page.wait_for_selector(".state-card")

    @property
    def state(self) -> str:
        """What the phone says of the visit on its page."""
        chip = self.page.locator(".state-card .chip").first
        names = (chip.get_attribute("class") or "").split()
        return next(name.removeprefix("chip-") for name in names if name.startswith("chip-"))

    def send(self) -> None:
        button = self.page.locator(".strip-send:not([disabled])")
        button.click()

    def until(self, state: str, tries: int = 20) -> None:
        """Press send, as a person would, until the visit's page says so."""
        for _ in range(tries):
            if self._says(state, 3_000):
                return
            if self.page.locator(".strip-send:not([disabled])").count():
                self.send()
        assert self.state == state, f"{self.state}: {self.page.inner_text('main')[:400]}"

    def _says(self, state: str, patience: int) -> bool:
        found: Callable[[], int] = self.page.locator(f".state-card .chip-{state}").count
        waited = 0
        while not found() and waited < patience:
            self.page.wait_for_timeout(250)
            waited += 250
        return found() > 0
