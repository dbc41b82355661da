"""Every page, on a phone and on a desk, in both languages: nothing broken, nothing cut off.

With RUHU_SCREENSHOTS=folder each page is kept there as a picture.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.kit.browser import browser
from tests.kit.launched import OPEN, Launched
from tests.kit.wait import until

pytestmark = pytest.mark.long

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
LANGUAGES = ("zh", "en")
PEOPLE = ("township", "county", "cadre1", "inspector", "admin")
OFFICE = (
    "/", "/submissions", "/office", "/devices", "/devices/health", "/hours", "/staff", "/forms",
    "/forms/household_visit/2026.3", "/checks",
    "/jobs", "/conflicts", "/quarantine", "/audit", "/api/docs", "/password",
)  # fmt: skip
FORBIDDEN = {
    "cadre1": {"/office", "/devices", "/devices/health", "/hours", "/staff", "/forms",
               "/forms/household_visit/2026.3",
               "/jobs", "/conflicts", "/quarantine", "/audit"},
    "township": {"/audit"},
    "inspector": {"/devices", "/devices/health", "/hours", "/staff"},
}  # fmt: skip
MORE_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def ruhu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    home = tmp_path_factory.mktemp("pages") / "home"
    home.mkdir()
    ruhu = Launched(home)
    ruhu.start()
    finished = home / "demo" / "finished"
    until(finished.exists, 240, told="the demo")
    until(lambda: ruhu.ask(OPEN) == [(0,)], 240, told="the jobs")
    yield ruhu
    assert ruhu.stop() == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def password(ruhu: Launched, login: str) -> str:
    users = orjson.loads((ruhu.home / "demo-logins.json").read_bytes())["users"]
    return str(next(user["password"] for user in users if user["login"] == login))


def things(ruhu: Launched) -> list[str]:
    """Visits and households that show everything the console has to show."""
    rows = ruhu.ask(
        "SELECT '/visits/' || rec FROM findings WHERE state = 'open'"
        " UNION SELECT '/visits/' || rec FROM reviews WHERE action = 'return'"
        " UNION SELECT '/visits/' || id FROM (SELECT id FROM records WHERE outcome IS NOT NULL"
        "  GROUP BY outcome)"
        " UNION SELECT '/households/' || unit FROM findings JOIN records ON records.id = rec"
        " UNION SELECT '/households/' || rec FROM conflicts"
    )
    return sorted(str(row[0]) for row in rows)


class Watch:
    """What went wrong on a page: words on its console, answers that were refusals."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} {response.url}")


def signed_in(
    chromium: Browser, ruhu: Launched, login: str, size: str, lang: str
) -> BrowserContext:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, base_url=ruhu.url, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password(ruhu, login))
    page.click("main form button:not(.quiet)")
    page.wait_for_url(f"{ruhu.url}/")
    if page.get_attribute("html", "lang") != ("en" if lang == "en" else "zh-Hans"):
        page.click("form[action='/lang'] button[name=lang]")
    assert page.get_attribute("html", "lang") == ("en" if lang == "en" else "zh-Hans")
    page.close()
    return context


def look(context: BrowserContext, path: str, status: int, picture: str) -> list[str]:
    page = context.new_page()
    watch = Watch(page)
    answer = page.goto(path, wait_until="networkidle")
    assert answer is not None
    faults = [] if answer.status == status else [f"{answer.status}, expected {status}"]
    wide = page.evaluate(MORE_WIDE)
    if wide > 0:
        faults.append(f"{wide} px too wide")
    folder = os.environ.get("RUHU_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder, f"{picture}.png")), full_page=True)
    page.close()
    return [f"{picture}: {fault}" for fault in [*faults, *watch.faults]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_stands(
    chromium: Browser, ruhu: Launched, login: str, lang: str, size: str
) -> None:
    context = signed_in(chromium, ruhu, login, size, lang)
    faults = []
    inner = things(ruhu) if login == "township" else []
    for path in (*OFFICE, *inner):
        status = 403 if path in FORBIDDEN.get(login, ()) else 200
        name = f"{login}-{lang}-{size}-{path.strip('/').replace('/', '_') or 'home'}"
        faults += look(context, path, status, name)
    context.close()
    assert faults == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/login", "/enrol", "/start", "/nowhere", "/api/docs"])
def test_pages_for_anybody_stand(chromium: Browser, ruhu: Launched, path: str, size: str) -> None:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, base_url=ruhu.url, locale="zh-CN"
    )
    name = f"anybody-{size}-{path.strip('/').replace('/', '_')}"
    assert look(context, path, 404 if path == "/nowhere" else 200, name) == []
    context.close()
