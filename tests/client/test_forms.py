"""The form app in Chromium: any published form, drafts to be tried, pictures beside the words."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import drafts, files, publish
from forms.pack import Pack
from server.app import create_app
from server.config import read as settings
from store.accounts import User
from store.db import begin_write, engine_for, factory
from store.records import Quarantine, Record
from tests.client import test_live
from tests.client.cadre import SAVED, Cadre
from tests.client.node import needs_node, run
from tests.forms.sheets import xlsform
from tests.kit.cast import SECRET
from tests.kit.live import serve

pytestmark = needs_node
DRAFT = """
## survey
| type               | name      | label::中文 (zh) | label::English (en) | media::image |
| hidden             | household |                  |                     |              |
| begin group        | page      | 试一试           | Try                 |              |
| select_one yes_no  | tap       | 这是水龙头吗     | Is this a tap?      | tap.png      |
| end group          |           |                  |                     |              |
## choices
| list_name | name | label::中文 (zh) | label::English (en) |
| yes_no    | yes  | 是               | Yes                 |
| yes_no    | no   | 否               | No                  |
"""


@dataclass
class Office:
    """The server's own database, beside the browser."""

    url: str
    told: dict[str, str]

    def act(self, work: Any) -> Any:
        engine = engine_for(self.url)
        with factory(engine)() as session:
            begin_write(session)
            made = work(session)
            session.commit()
        engine.dispose()
        return made

    def records(self, form: str) -> list[dict[str, Any]]:
        def read(session: Session) -> list[dict[str, Any]]:
            rows = session.scalars(select(Record).where(Record.form == form))
            return [orjson.loads(row.doc) | {"unit": row.unit} for row in rows]

        found: list[dict[str, Any]] = self.act(read)
        return found


@pytest.fixture
def office(tmp_path: Path, pack: Pack) -> Office:
    url = f"sqlite:///{tmp_path / 'ruhu.sqlite'}"
    return Office(url, test_live.township_at(url, tmp_path, pack))


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("vite", "build", RUHU_OUT=str(folder))
    return folder


@pytest.fixture
def app(tmp_path: Path, office: Office, dist: Path) -> Flask:
    home = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_DATABASE_URL": office.url}
    return create_app(settings({**home, "RUHU_SECRET_KEY": SECRET, "RUHU_CLIENT_DIST": str(dist)}))


@pytest.fixture
def cadre(tmp_path: Path, app: Flask, office: Office) -> Iterator[Cadre]:
    with serve(app) as address, sync_playwright() as driver:
        phone = Cadre(driver, tmp_path / "phone", address)
        phone.switch_on()
        phone.join(office.told["code"])
        yield phone
        phone.switch_off()
    assert phone.faults == []


def test_every_form_opens_from_its_place_and_arrives(cadre: Cadre, office: Office) -> None:
    page = cadre.page
    page.click("text=村里的表")
    page.locator('[data-form="village_base"]').first.click()
    page.wait_for_selector(".q")
    page.locator("#q-base-people input").fill("900")
    page.wait_for_timeout(SAVED)
    finish(cadre)
    cadre.until("received")
    [village] = office.records("village_base")
    assert village["unit"] == f"area:{village['set']['village']}"
    assert village["set"]["base/people"] == 900

    cadre.open(f"household/{office.told['household']}")
    page.wait_for_selector("[data-form]")
    offered = [row.get_attribute("data-form") for row in page.locator("[data-form]").all()]
    assert offered == ["household_register", "problem", "relocation", "renovation"]
    page.click('[data-form="relocation"]')
    page.wait_for_selector(".q")
    page.locator("#q-home-settlement input").fill("幸福里")
    page.wait_for_timeout(SAVED)
    finish(cadre)
    cadre.until("received")
    [moved] = office.records("relocation")
    assert moved["unit"] == office.told["household"]

    office.act(lambda session: publish.retire(session, "relocation", None))
    cadre.send()
    cadre.open(f"household/{office.told['household']}")
    page.wait_for_selector('[data-form="problem"]')
    page.wait_for_function("() => !document.querySelector('[data-form=\"relocation\"]')")


def test_a_draft_is_tried_with_its_picture_and_counts_nowhere(cadre: Cadre, office: Office) -> None:
    office.act(lambda session: put_draft(session, "cadre1"))
    page = cadre.page
    cadre.send()
    cadre.open(f"household/{office.told['household']}")
    offer = page.locator('[data-form="trial"]')
    assert "试填" in offer.inner_text()
    offer.click()
    page.wait_for_selector("img.beside")
    assert page.evaluate("() => document.querySelector('img.beside').naturalWidth") == 320
    cadre.choose("page/tap", "yes")
    page.wait_for_timeout(SAVED)
    finish(cadre)
    assert cadre.state == "trial"
    cadre.send()
    page.wait_for_timeout(SAVED)
    assert office.records("trial") == []
    assert office.act(lambda session: session.scalars(select(Quarantine)).all()) == []


def test_a_closed_section_shows_no_phone_number_whole(cadre: Cadre, office: Office) -> None:
    rec = cadre.begin(office.told["household"])
    cadre.choose("door/outcome", "met")
    cadre.open(f"fill/{rec}/0/people%2Fphone")
    number = cadre.question("people/phone").locator("input").input_value()
    assert len(number) == 11
    cadre.question("people/basics_unchanged").locator("label.toggle").click()
    closed = cadre.question("people/phone")
    closed.locator(".secret").wait_for()
    assert number not in closed.inner_text() and number[-4:] in closed.inner_text()
    closed.locator(".secret button").click()
    assert number in closed.inner_text()


def finish(cadre: Cadre) -> None:
    rec = cadre.page.url.split("/fill/")[1].split("/")[0]
    cadre.open(f"fill/{rec}/finish")
    cadre.page.wait_for_selector(".page-title")
    cadre.page.click(".foot .primary")
    if cadre.page.locator("dialog.ask[open] .primary").count():
        cadre.page.click("dialog.ask .primary")
    cadre.page.wait_for_selector(".state-card")


def put_draft(session: Session, login: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), (30, 120, 90)).save(picture, "PNG")
    files.put(session, "tap.png", picture.getvalue(), None)
    source = xlsform(DRAFT)
    row = drafts.put(session, drafts.check(session, source, "tap.xlsx"), "tap.xlsx", None)
    tester = session.scalars(select(User).where(User.login == login)).one()
    drafts.name_testers(session, row, {tester.id: login}, None)
