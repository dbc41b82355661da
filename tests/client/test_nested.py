"""A repeat in a repeat on the phone: filled in, sent, seen at the office, sent back, mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Locator, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.author import author
from forms.pack import Pack
from forms.publish import publish
from server.app import create_app
from server.auth import passwords
from server.config import read as settings
from store.accounts import User
from store.db import begin_write, engine_for, factory
from store.records import Record, Revision
from tests.client import test_live
from tests.client.cadre import SAVED, Cadre
from tests.client.node import needs_node, run
from tests.client.office import Desk
from tests.forms.sheets import HEAD, xlsform
from tests.kit.browser import FLAGS, where
from tests.kit.cast import SECRET
from tests.kit.live import serve

pytestmark = [needs_node, pytest.mark.long]
PASSWORD = "a long word for the desk"
FORM = f"""
## settings
| form_title | form_id | version | default_language |
| 入户走访 / Household visit | household_visit | 2099.1 | 中文 (zh) |
## survey
{HEAD} required | constraint |
| hidden | household | | |
| begin_group | land | 土地 | Land |
| text | outcome | 结果 | Outcome |
| begin_repeat | plots | 地块 | Plots |
| text | crop | 种什么 | Crop |
| begin_repeat | years | 年份 | Years |
| text | year | 哪一年 | Year |
| integer | grain | 收成 | Grain | | . < 1000 |
| end_repeat | | | |
| end_repeat | | | |
| end_group | | | |
"""


@dataclass
class Farm:
    """A server with the nested form as the newest, and the phone that fills it in."""

    cadre: Cadre
    desk: Desk
    household: str
    database: str

    def cards(self, label: str, within: Locator | None = None) -> Locator:
        place = within or self.cadre.page.locator("main")
        return place.locator(f'section.cards[aria-label="{label}"]').first

    def add(self, label: str, within: Locator | None = None) -> Locator:
        """A new row of a repeat, open."""
        cards = self.cards(label, within)
        cards.locator("> button.wide").click()
        return cards.locator("> article.open")

    def write(self, row: Locator, name: str, text: str) -> None:
        row.locator(f'[id^="q-land-plots"][id$="-{name}"] input').first.fill(text)

    def remove(self, row: Locator) -> None:
        row.locator(".person-foot .danger").last.click()
        self.cadre.page.click("dialog.ask .danger")

    def ended(self, rec: str) -> None:
        """From wherever in the form to an op that waits."""
        self.cadre.page.wait_for_timeout(SAVED)
        self.cadre.open(f"fill/{rec}/finish")
        self.cadre.page.wait_for_selector(".page-title")
        self.cadre.page.click(".foot .primary")
        self.cadre.page.wait_for_selector(".state-card")

    def send_back(self, row: str, path: str, words: str) -> None:
        """A remark on one answer of a row, on the page that stands open."""
        page = self.desk.page
        remark = page.locator("details.comment", has_text=row)
        remark.locator("summary").click()
        remark.locator("select").select_option(f"comment:{path}")
        remark.locator("textarea").fill(words)
        page.fill("#review textarea[name=reason]", "请核对收成")
        page.click("#review button[value=return]")
        page.wait_for_load_state()

    def kept(self, rec: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """(the visit's rows as the server keeps them, what each op changed)."""
        engine = engine_for(self.database)
        with Session(engine) as session:
            doc = orjson.loads(session.get_one(Record, rec).doc)
            query = select(Revision.changes).where(Revision.rec == rec).order_by(Revision.version)
            changes = [orjson.loads(text) for text in session.scalars(query)]
        engine.dispose()
        return doc["rows"], changes


@pytest.fixture
def farm(tmp_path: Path, pack: Pack) -> Iterator[Farm]:
    run("vite", "build", RUHU_OUT=str(tmp_path / "dist"))
    url = f"sqlite:///{tmp_path / 'ruhu.sqlite'}"
    told = test_live.township_at(url, tmp_path, pack)
    engine = engine_for(url)
    with factory(engine)() as session:
        begin_write(session)
        publish(session, author(xlsform(FORM)).compiled, None)
        clerk = session.scalars(select(User).where(User.login == "township")).one()
        clerk.password, clerk.must_change = passwords.hashed(PASSWORD), False
        session.commit()
    engine.dispose()
    home = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_CLIENT_DIST": str(tmp_path / "dist")}
    app = create_app(settings({**home, "RUHU_DATABASE_URL": url, "RUHU_SECRET_KEY": SECRET}))
    with serve(app) as address, sync_playwright() as driver:
        cadre = Cadre(driver, tmp_path / "profile", address)
        cadre.switch_on()
        opened = driver.chromium.launch(executable_path=where(), args=list(FLAGS), headless=True)
        desk = Desk(opened.new_page(), address).sign_in("township", PASSWORD)
        cadre.join(told["code"])
        yield Farm(cadre, desk, told["household"], url)
        assert cadre.faults == []
        cadre.switch_off()
        opened.close()


def test_rows_in_rows_go_from_the_phone_to_the_office_and_back(farm: Farm) -> None:
    cadre, desk = farm.cadre, farm.desk
    rec = cadre.begin(farm.household)
    plot = farm.add("地块")
    farm.write(plot, "crop", "玉米")
    for year, grain in (("2024", "300"), ("2025", "9000"), ("2026", "5")):
        row = farm.add("年份", plot)
        farm.write(row, "year", year)
        farm.write(row, "grain", grain)
    farm.remove(row)
    farm.write(farm.add("地块"), "crop", "水稻")
    cadre.page.wait_for_timeout(SAVED)

    cadre.open(f"fill/{rec}/finish")
    cadre.page.click('a:has-text("2025")')
    wrong = cadre.page.locator("article.open article.open")
    wrong.locator(".q .q-fault").wait_for()
    farm.write(wrong, "grain", "900")
    farm.ended(rec)
    cadre.until("received")

    rows, [first] = farm.kept(rec)
    [inner] = [flat for flat in rows if flat.endswith("/years")]
    plots = {row: told["crop"] for row, told in rows["land/plots"].items()}
    assert sorted(plots.values()) == ["水稻", "玉米"]
    assert plots[inner.removeprefix("land/plots[").partition("]")[0]] == "玉米"
    assert sorted(rows[inner].values(), key=lambda row: str(row["year"])) == [
        {"year": "2024", "grain": 300}, {"year": "2025", "grain": 900},
    ]  # fmt: skip
    [row2025] = [row for row, told in rows[inner].items() if told["year"] == "2025"]
    path = f"{inner}[{row2025}]/grain"
    assert first[path] == 900

    page = desk.visit(rec)
    told = page.inner_text("main")
    assert "玉米 · 年份" in told and "水稻" in told and "2024" in told and "900" in told
    farm.send_back("2025", path, "是斤还是公斤？")
    cadre.until("returned")
    assert "是斤还是公斤？" in cadre.page.inner_text("main")
    cadre.page.click(".foot .primary")
    asked = cadre.page.locator("article.open article.open .q-asked")
    assert "是斤还是公斤？" in asked.inner_text()
    asked.locator("input").fill("450")
    farm.ended(rec)
    cadre.until("received")
    rows, [_, second] = farm.kept(rec)
    assert second == {path: 450} and rows[inner][row2025]["grain"] == 450
