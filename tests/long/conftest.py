"""What tests with a phone in the hand share; each file has an installation of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.client.cadre import PHOTOS, Cadre
from tests.client.office import Desk
from tests.client.pictures import draw
from tests.client.place import Place
from tests.client.road import road
from tests.kit.browser import FLAGS, where
from tests.kit.launched import Launched
from tests.kit.wait import until


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("phone") / "home"
    home.mkdir()
    ruhu = Launched(home)
    ruhu.start()
    until((home / "demo" / "finished").exists, 240, told="the demo")
    photos = draw(tmp_path_factory.mktemp("camera"), PHOTOS)
    with road(ruhu.port) as way:
        yield Place(ruhu, way, photos)
    assert ruhu.stop() == 0


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as opened:
        yield opened


@pytest.fixture
def desk(driver: Playwright, place: Place) -> Iterator[Desk]:
    browser = driver.chromium.launch(executable_path=where(), args=list(FLAGS), headless=True)
    yield Desk(browser.new_page(), place.road.url).sign_in("township", place.password("township"))
    browser.close()


@pytest.fixture
def cadre(driver: Playwright, place: Place, tmp_path: Path) -> Iterator[Cadre]:
    phone = Cadre(driver, tmp_path / "profile", place.road.url)
    phone.switch_on()
    yield phone
    if phone.context:
        phone.switch_off()
    assert phone.faults == []
