"""The service worker in a real browser: the shell offline, and never half a new one."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.client.node import needs_node, run
from tests.client.shell import Shell, served
from tests.kit.browser import browser

pytestmark = needs_node
REGISTER = """async () => {
  const found = await navigator.serviceWorker.register('/app/sw.js', {scope: '/app/'})
  await navigator.serviceWorker.ready
  return found.active !== null
}"""
UPDATE = """async () => {
  const found = await navigator.serviceWorker.getRegistration('/app/')
  await found.update().catch(() => undefined)
  const worker = found.installing
  if (worker) await new Promise((done) => worker.addEventListener('statechange', done))
  return found.waiting !== null
}"""
TAKE_OVER = """async () => {
  const found = await navigator.serviceWorker.getRegistration('/app/')
  const moved = new Promise((done) =>
    navigator.serviceWorker.addEventListener('controllerchange', done))
  found.waiting.postMessage({type: 'SKIP_WAITING'})
  await moved
}"""
ONE_LEFT = "async () => (await caches.keys()).length === 1"
MARK = '<meta name="second">'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("vite", "build", RUHU_OUT=str(folder))
    return folder


@pytest.fixture
def shell(built: Path) -> Iterator[Shell]:
    with served(built) as shell:
        yield shell


@pytest.fixture
def page() -> Iterator[Page]:
    with browser() as opened:
        yield opened.new_page()


def second(built: Path, folder: Path) -> Path:
    """The same app with another page, as a later build would leave it."""
    shutil.copytree(built, folder)
    index = folder / "index.html"
    before = revision(index)
    told = index.read_text(encoding="utf-8").replace("</head>", f"{MARK}</head>")
    index.write_text(told, encoding="utf-8")
    worker = folder / "sw.js"
    code = worker.read_text(encoding="utf-8")
    assert before in code
    worker.write_text(code.replace(before, revision(index)), encoding="utf-8")
    return folder


def revision(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def enter(page: Page, shell: Shell) -> None:
    page.goto(f"{shell.url}/app/")
    assert page.evaluate(REGISTER)
    page.reload()


def test_every_address_of_the_app_opens_without_a_network(shell: Shell, page: Page) -> None:
    enter(page, shell)
    shell.down = True
    for path in ("/app/", "/app/households", "/app/?from=home"):
        answer = page.goto(shell.url + path)
        assert answer and answer.from_service_worker and answer.status == 200
        assert 'id="app"' in page.content()


def test_answers_of_the_api_are_never_kept(shell: Shell, page: Page) -> None:
    enter(page, shell)
    ask = "() => fetch('/api/v1/ping').then((r) => r.json()).catch(() => null)"
    assert page.evaluate(ask) == {"ok": True}
    shell.down = True
    assert page.evaluate(ask) is None


def test_a_new_version_waits_until_the_app_says_so(
    shell: Shell, page: Page, built: Path, tmp_path: Path
) -> None:
    enter(page, shell)
    shell.folder, shell.asked = second(built, tmp_path / "second"), []
    assert page.evaluate(UPDATE)
    again = [path for path in shell.asked if "/assets/" in path]
    assert again == [], "what has not changed does not travel again"
    page.reload()
    assert MARK not in page.content()
    page.evaluate(TAKE_OVER)
    page.wait_for_function(ONE_LEFT)
    shell.down = True
    page.reload()
    assert MARK in page.content()


def test_a_login_page_in_place_of_a_file_leaves_the_old_version(
    shell: Shell, page: Page, built: Path, tmp_path: Path
) -> None:
    enter(page, shell)
    shell.folder, shell.portal = second(built, tmp_path / "second"), ("/app/",)
    assert not page.evaluate(UPDATE)
    shell.down = True
    page.reload()
    assert 'id="app"' in page.content() and MARK not in page.content()
    shell.down, shell.portal = False, ()
    assert page.evaluate(UPDATE), "the next try brings it whole"
