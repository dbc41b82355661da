"""One visit over the LAN's own address, from an untrusting phone to an approved visit.

A process of its own, so that it can be put into a network of its own:
`python -m tests.long.lan_walk FOLDER ADDRESS` prints what it came to, step by step.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import orjson
from playwright.sync_api import Error, Playwright, sync_playwright

from tests.client.cadre import PHOTOS, Cadre
from tests.client.office import Desk
from tests.client.pictures import draw
from tests.kit.browser import FLAGS, where
from tests.kit.launched import Launched, free_port
from tests.kit.wait import until

FREE = (
    "SELECT unit FROM assignments JOIN users ON users.id = user_id WHERE login = 'cadre1'"
    " AND unit NOT IN (SELECT unit FROM records WHERE form = 'household_visit') LIMIT 1"
)
UP = "入户已启动"


def told(step: str) -> None:
    print(step, flush=True)


@dataclass
class Walk:
    """The machine, one phone that begins by trusting nobody, and the office's browser."""

    ruhu: Launched
    cadre: Cadre
    address: str
    folder: Path

    @property
    def https(self) -> str:
        return f"https://{self.address}:{self.ruhu.port}"

    def start(self, demo: str) -> None:
        before = self.ruhu.terminal.count(UP) if self.ruhu.process else 0
        self.ruhu.more["RUHU_LAN_DEMO"] = demo
        self.ruhu.start()
        until(lambda: self.ruhu.terminal.count(UP) > before, 180, told="the start")

    def trust(self) -> None:
        """The start page by plain http, the certificate from it, the phone's own store."""
        door = f"http://{self.address}:{self.ruhu.more['RUHU_START_PORT']}"
        self.cadre.url = door
        self.cadre.switch_on("/start")
        page = self.cadre.page
        with page.expect_download() as fetching:
            page.click('a[href="/start/ruhu-ca.crt"]')
        kept = self.folder / "ruhu-ca.crt"
        fetching.value.save_as(kept)
        told("the start page gave the certificate")
        self._refused("/start")
        self._refused("/app/")
        told("before trust the browser refuses https")
        self.cadre.switch_off()
        self.cadre.faults.clear()  # the browser tells that plain http ignores a header of ours
        store = self._store()
        command = ["certutil", "-d", store, "-A", "-t", "C,,", "-n", "ruhu", "-i", str(kept)]
        subprocess.run(command, check=True)

    def _refused(self, path: str) -> None:
        try:
            self.cadre.page.goto(self.https + path)
        except Error as why:
            assert "ERR_CERT_AUTHORITY_INVALID" in str(why), why
            return
        raise AssertionError(f"{path} opened without trust")

    def _store(self) -> str:
        """The one that Chromium made for itself: where it stands is its own affair."""
        assert self.cadre.environment is not None
        made = next(Path(self.cadre.environment["HOME"]).rglob("cert9.db"), None)
        assert made, "Chromium made no certificate store"
        return f"sql:{made.parent}"

    def password(self, login: str) -> str:
        users = orjson.loads((self.ruhu.home / "demo-logins.json").read_bytes())["users"]
        return str(next(user["password"] for user in users if user["login"] == login))

    def desk(self) -> Desk:
        """The office's browser trusts what the phone trusts."""
        browser = self.cadre.driver.chromium.launch(
            executable_path=where(),
            args=list(FLAGS),
            headless=True,
            env=self.cadre.environment,  # type: ignore[arg-type]
        )
        return Desk(browser.new_page(), self.https)


def visit(walk: Walk) -> None:
    cadre, ruhu = walk.cadre, walk.ruhu
    desk = walk.desk().sign_in("township", walk.password("township"))
    address = desk.address("cadre1")
    assert address.startswith(f"{walk.https}/enrol#"), address
    cadre.url = walk.https
    cadre.switch_on(address.removeprefix(walk.https))
    cadre.page.click("dialog.ask .primary")
    cadre.page.wait_for_selector(".rows .row")
    cadre.ready_offline()
    assert cadre.page.evaluate("isSecureContext")
    told("enrolled by the address of the picture, the app is kept")
    [(unit,)] = ruhu.ask(FREE)
    assert ruhu.stop() == 0
    rec = cadre.begin(str(unit))
    cadre.fill(draw(walk.folder, PHOTOS))
    cadre.switch_off()
    cadre.switch_on("/app/#/")
    cadre.open(f"fill/{rec}/5")
    cadre.page.wait_for_selector("img.thumb.paper")
    assert cadre.page.locator("img.thumb").count() == 4
    cadre.open(f"fill/{rec}/6")
    cadre.page.wait_for_selector(".q")
    cadre.finish()
    assert cadre.state == "waiting"
    told("filled, closed and opened again without a server")
    walk.start("1")
    cadre.until("received")
    assert "36,000" in desk.visit(rec).inner_text("main")
    desk.approve(rec)
    cadre.until("approved")
    told("sent, seen in the console, approved")


def demo_refused(walk: Walk) -> None:
    """Nobody asked for the demo on the network: its people are turned away with a sentence."""
    assert walk.ruhu.stop() == 0
    walk.start("0")
    desk = walk.desk()
    desk.page.goto(f"{walk.https}/login")
    desk.page.fill("[name=login]", "township")
    desk.page.fill("[name=password]", walk.password("township"))
    desk.page.click("form.stack button.primary")
    desk.page.wait_for_selector("text=演示账号")
    cadre = walk.cadre
    cadre.open("")
    cadre.send()
    cadre.page.wait_for_selector(".strip-why")
    assert "演示账号" in cadre.page.inner_text(".strip")
    told("without being asked for, the demo's people are refused")


def walked(driver: Playwright, folder: Path, address: str) -> None:
    home = folder / "ruhu" / "home"
    home.mkdir(parents=True)
    more = {"RUHU_LAN": "1", "RUHU_HOST": address, "RUHU_START_PORT": str(free_port())}
    person = Path(tempfile.mkdtemp(dir=folder))
    phone = Cadre(driver, folder / "profile", "", environment={**os.environ, "HOME": str(person)})
    walk = Walk(Launched(home, more=more), phone, address, folder)
    walk.start("1")
    try:
        until((home / "demo" / "finished").exists, 300, told="the demo")
        told("the demo came over https")
        walk.trust()
        visit(walk)
        demo_refused(walk)
        phone.switch_off()
        assert phone.faults == [], phone.faults
    finally:
        walk.ruhu.stop()


if __name__ == "__main__":
    with sync_playwright() as opened:
        walked(opened, Path(sys.argv[1]), sys.argv[2])
    told("walked")
