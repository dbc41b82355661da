"""The phone without its screens in a real browser: its own database, its own network."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from forms.pack import Pack
from server.app import create_app
from server.config import read as settings
from tests.client import test_live
from tests.client.node import library, needs_node
from tests.client.shell import served
from tests.kit.browser import browser
from tests.kit.cast import SECRET
from tests.kit.live import serve

pytestmark = needs_node
VISIT = """async ([code, household, photo]) => {
  const { openPhone } = await import('/app/phone.js')
  const phone = await openPhone({ watch: false })
  await phone.enrol(code)
  const first = await phone.sync()
  const draft = await phone.openVisit(household)
  draft.values['door/outcome'] = 'met'
  const bytes = Uint8Array.from(atob(photo), (c) => c.charCodeAt(0)).buffer
  await phone.addFile(draft, 'evidence/photo_front',
    { bytes, mime: 'image/jpeg', taken_at: draft.opened_at, gps: null, role: 'house_front' })
  return { rec: draft.rec, trouble: first.trouble, values: draft.values }
}"""
AFTER = """async (rec) => {
  const { openPhone } = await import('/app/phone.js')
  const phone = await openPhone({ watch: false })
  const draft = await phone.draft(rec)
  await phone.finish(draft, null)
  const before = await phone.status(rec)
  const [one, two] = await Promise.all([phone.sync(), phone.sync()])
  return { values: draft.values, before: before.state, after: await phone.status(rec),
           trouble: [...one.trouble, ...two.trouble], state: phone.state() }
}"""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    folder = library(tmp_path / "built", "src/phone.ts", "phone")
    with served(folder) as shell, browser() as opened:
        page = opened.new_page()
        page.goto(f"{shell.url}/app/")
        yield page


def test_a_visit_survives_a_reload_and_arrives(page: Page, tmp_path: Path, pack: Pack) -> None:
    url = f"sqlite:///{tmp_path / 'ruhu.sqlite'}"
    told = test_live.township_at(url, tmp_path, pack)
    home = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_DATABASE_URL": url}
    app = create_app(settings({**home, "RUHU_SECRET_KEY": SECRET}))
    photo = base64.b64encode(test_live.grain()).decode()
    with serve(app) as address:

        def on(route: Route) -> None:
            path = route.request.url.partition("/api/")[2]
            route.fulfill(response=route.fetch(url=f"{address}/api/{path}", max_redirects=0))

        page.route("**/api/**", on)
        begun: dict[str, Any] = page.evaluate(VISIT, [told["code"], told["household"], photo])
        assert begun["trouble"] == []
        page.reload()
        done: dict[str, Any] = page.evaluate(AFTER, begun["rec"])
    assert done["values"] == begun["values"]
    assert (done["before"], done["trouble"]) == ("waiting", [])
    assert done["after"]["state"] == "received" and done["after"]["photosSent"] == 1
    assert (done["state"]["ops"], done["state"]["photos"]) == (0, 0)
