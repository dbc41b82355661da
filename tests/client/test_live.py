"""The form app's own code, in Node, against the server on a real port."""

import io
import json
from pathlib import Path

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from devices.township import township
from devices.workbook import write_workbook
from forms.pack import Pack, install
from server.app import create_app
from server.auth import enrol, signin
from server.config import read as settings
from server.register.book import read
from server.register.entry import unit_id
from server.register.load import load
from store import clock, feed, ids, schema
from store.accounts import Device, User
from store.db import begin_write, engine_for, factory
from store.seal import Keyring
from store.units import Assignment
from tests.client.node import needs_node, run
from tests.kit.cast import SECRET
from tests.kit.live import serve

TOKEN = "token-of-the-township"

pytestmark = needs_node


def test_the_form_app_and_the_server_agree(tmp_path: Path, pack: Pack) -> None:
    """From enrolment over a bad road to a returned visit, mended and approved."""
    url = f"sqlite:///{tmp_path / 'ruhu.sqlite'}"
    told = township_at(url, tmp_path, pack)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(grain())
    app = create_app(
        settings(
            {
                "RUHU_HOME": str(tmp_path / "home"),
                "RUHU_DATABASE_URL": url,
                "RUHU_SECRET_KEY": SECRET,
            }
        )
    )
    with serve(app) as address:
        live = {"url": address, "photo": str(photo), "reviewer": TOKEN, **told}
        said = run("vitest", "run", "test/live.test.ts", RUHU_LIVE=json.dumps(live))
    assert "skipped" not in said


def township_at(url: str, folder: Path, pack: Pack) -> dict[str, str]:
    """The demo township, a code for its first cadre and a token for its supervisor."""
    write_workbook(township(), folder / "township.xlsx")
    book, faults = read(folder / "township.xlsx")
    assert not faults
    engine = engine_for(url)
    schema.Base.metadata.create_all(engine)
    with factory(engine)() as session:
        begin_write(session)
        feed.found(session)
        install(session, pack, None)
        load(session, Keyring(SECRET), book, None)
        cadre, reviewer = _user(session, "cadre1"), _user(session, "township")
        session.add(
            Device(id=ids.new(), user_id=reviewer, enrolled_at=clock.now(), label="tablet",
                   token=signin.digest(TOKEN))
        )  # fmt: skip
        code = enrol.make(session, cadre, cadre)[0]
        unit = session.scalars(select(Assignment.unit).where(Assignment.user_id == cadre)).first()
        session.commit()
    engine.dispose()
    assert unit in {unit_id(household.hh_code) for household in township().households}
    return {"code": code, "household": str(unit)}


def _user(session: Session, login: str) -> str:
    return session.scalars(select(User.id).where(User.login == login)).one()


def grain() -> bytes:
    """A JPEG of some 700 KiB, so that it travels in three chunks."""
    kept = io.BytesIO()
    Image.effect_noise((1200, 900), 90).convert("RGB").save(kept, "JPEG", quality=88)
    return kept.getvalue()
