"""A published version never changes, and every device hears of a new one."""

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from forms.compile import Compiled
from forms.publish import VersionExists, publish
from store import feed
from store.db import begin_write
from store.forms import FormVersion
from store.records import Record
from tests.forms.sheets import HEAD, compiled
from tests.kit.cast import Cast
from tests.kit.syncing import down, fetch

Sessions = sessionmaker[Session]
ONE = f"## survey\n{HEAD}\n| text | name | 名 | Name |"
OTHER = f"## survey\n{HEAD}\n| text | name | 姓名 | Full name |"


def put(sessions: Sessions, form: Compiled) -> None:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        publish(session, form, None)
        session.commit()


def versions(sessions: Sessions) -> list[tuple[str, str]]:
    with sessions() as session:
        query = select(FormVersion).where(FormVersion.form == "trial")
        return [(row.version, row.sha256) for row in session.scalars(query)]


def announced(sessions: Sessions) -> Record:
    with sessions() as session:
        return session.scalars(select(Record).where(Record.type == "form")).one()


def test_the_same_content_twice_is_one_version(sessions: Sessions) -> None:
    for _ in range(2):
        put(sessions, compiled(ONE))
    assert [v for v, _ in versions(sessions)] == ["1"]
    assert announced(sessions).version == 1


def test_other_content_under_the_same_version_is_refused(sessions: Sessions) -> None:
    put(sessions, compiled(ONE))
    before = versions(sessions)
    with pytest.raises(VersionExists) as refused:
        put(sessions, compiled(OTHER))
    assert refused.value.code == "form_version_exists"
    assert versions(sessions) == before


def test_a_new_version_stands_beside_the_old_one_and_is_announced(sessions: Sessions) -> None:
    put(sessions, compiled(ONE))
    first = announced(sessions)
    put(sessions, compiled(OTHER, version="2"))
    assert [v for v, _ in versions(sessions)] == ["1", "2"]
    second = announced(sessions)
    assert second.id == first.id and second.seq > first.seq and second.version == 2
    told = orjson.loads(second.doc)
    assert told["version"] == "2" and told["title"] == {"zh": "试", "en": "Trial"}
    assert told["definition_url"] == "/api/v1/forms/trial/2.json"


def test_every_device_pulls_it(sessions: Sessions, cast: Cast) -> None:
    cursor = fetch(sessions, cast, "charlie").cursor
    put(sessions, compiled(ONE))
    [record] = down(fetch(sessions, cast, "charlie", cursor))
    assert (record["type"], record["unit"]) == ("form", "common")
