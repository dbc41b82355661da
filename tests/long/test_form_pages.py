"""The pages on which forms are made, on a phone and on a desk, in both languages.

With RUHU_SCREENSHOTS=folder each page is kept there as a picture, and the paper sheet as a PDF.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from forms.pack import load_pack
from forms.template import template
from server.app import create_app
from server.config import read
from store import schema
from store.db import engine_for, factory
from tests.kit import ops
from tests.kit.browser import browser
from tests.kit.cast import SECRET, settle
from tests.kit.doors import PASSWORD, Doors
from tests.kit.live import serve
from tests.long.test_pages import LANGUAGES, MORE_WIDE, SIZES, Watch

pytestmark = pytest.mark.long
FORM = "water_check"
DRAFTS = "form[action='/forms/drafts']"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An office with a published form; Ada's password is known."""
    folder = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{folder / 'ruhu.sqlite'}"
    engine = engine_for(url)
    schema.Base.metadata.create_all(engine)
    sessions = factory(engine)
    pack = load_pack("household")
    cast = settle(sessions, pack)
    told = {"RUHU_HOME": str(folder / "home"), "RUHU_DATABASE_URL": url, "RUHU_SECRET_KEY": SECRET}
    app = create_app(read(told))
    doors = Doors(app, cast, sessions)
    ada = doors.phone("ada")
    assert ada.post("/api/v1/forms/drafts", data=template()).status_code == 201
    assert ada.post(f"/api/v1/forms/drafts/{FORM}/publish").status_code == 201
    doors.password("ada")
    with serve(app) as address:
        yield address
    engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A newer version that has something to be minded, and one that cannot be taken."""
    folder = tmp_path_factory.mktemp("books")
    made = {}
    for name in ("newer", "bad"):
        made[name] = folder / f"{name}.xlsx"
        made[name].write_bytes(template())
        book = openpyxl.load_workbook(made[name])
        book["settings"]["C2"] = "2026.2"
        survey = book["survey"]
        if name == "bad":
            survey["H5"] = '=1+1&"很长的公式" '
        else:
            survey.insert_rows(5)
            survey["A5"], survey["B5"], survey["C5"] = "text", "phone", "联系电话"
        book.save(made[name])
    return made


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_authoring_stands(
    chromium: Browser, office: str, books: dict[str, Path], lang: str, size: str
) -> None:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, base_url=office, locale="zh-CN"
    )
    page = context.new_page()
    watch = Watch(page)
    _sign_in(page, lang)
    faults = []
    for name in ("refused", "draft", "forms", "compare", "try", "tried", "paper", "form"):
        _go(page, name, books)
        wide = page.evaluate(MORE_WIDE)
        faults += [f"{name}: {wide} px too wide"] if wide > 0 else []
        _keep(page, f"forms-{name}-{lang}-{size}", pdf=name == "paper")
    context.close()
    assert faults + watch.faults == []


def _sign_in(page: Page, lang: str) -> None:
    page.goto("/login")
    page.fill("input[name=login]", "ada")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button:not(.quiet)")
    page.wait_for_selector("details.person")
    wanted = "en" if lang == "en" else "zh-Hans"
    if page.get_attribute("html", "lang") != wanted:
        page.click("form[action='/lang'] button[name=lang]")
        page.wait_for_selector(f"html[lang={wanted}]")


def _go(page: Page, name: str, books: dict[str, Path]) -> None:
    paths = {
        "forms": "/forms",
        "compare": f"/forms/{FORM}/compare?old=2026.1&new=draft",
        "try": f"/forms/drafts/{FORM}/try",
        "paper": f"/forms/{ops.FORM}/{ops.VERSION}/paper",
        "form": f"/forms/{FORM}/2026.1",
    }
    if name in paths:
        page.goto(paths[name], wait_until="networkidle")
    elif name == "tried":
        page.check("input[name='water/has_tap'][value=yes]")
        page.fill("input[name='tanks[aaaaaaaa]/volume']", "900")
        page.click("form.trying button.primary")
        page.wait_for_selector(".tried.wrong")
    else:
        page.goto("/forms")
        page.set_input_files(
            f"{DRAFTS} input[type=file]", books["bad" if name == "refused" else "newer"]
        )
        page.click(f"{DRAFTS} button")
        page.wait_for_selector(".remarks")


def _keep(page: Page, name: str, pdf: bool) -> None:
    folder = os.environ.get("RUHU_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder, f"{name}.png")), full_page=True)
        if pdf:
            page.pdf(path=str(Path(folder, f"{name}.pdf")), prefer_css_page_size=True)
