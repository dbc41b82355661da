"""A finding about another household: shown to who may see that one, counted for everybody else."""

import orjson
import pytest
from sqlalchemy import select

from store.findings import Finding
from tests.server.console.conftest import HTML, ONE_KIND, Office, words
from tests.verify.acts import accept, visited

ID = "11010119500502001X"
ROW = {"aaaaaaaa": {"full_name": "王一", "relation": "01", "id_number": ID}}


@pytest.fixture
def doubled(office: Office) -> str:
    """Alice's visit has an id number that stands in Charlie's household, too."""
    office.member(office.cast.other_unit, "李二", ID)
    rec = visited(office.sessions, office.cast, rows={"people/members": ROW})
    accept(office.sessions, office.cast, rec)
    return rec


def page(office: Office, rec: str, name: str) -> str:
    """The finding's own page, as this person reads it."""
    with office.sessions() as session:
        finding = session.scalars(
            select(Finding.id).where(Finding.rec == rec, Finding.rule == "R-02")
        ).one()
    answer = office.doors.browser(name).get(f"/findings/{finding}", headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def card(office: Office, rec: str, name: str) -> str:
    """The findings of the visit's page, as this person reads them."""
    answer = office.doors.browser(name).get(f"/visits/{rec}", headers=HTML)
    assert answer.status_code == 200, answer.text
    begin = answer.text.index('<section class="card" id="findings"')
    return "<body>" + answer.text[begin : answer.text.index("</section>", begin)]


READ = {"visit": card, "finding": page}
PAGES = pytest.mark.parametrize("where", list(READ))


@ONE_KIND
@PAGES
def test_a_township_finds_the_other_household_beside_the_finding(
    office: Office, doubled: str, where: str
) -> None:
    told = READ[where](office, doubled, "dora")
    assert f'href="/households/{office.cast.other_unit}"' in told
    assert "另外的户： H0002 Li An" in words(told) and "辖区" not in words(told)


@ONE_KIND
@PAGES
@pytest.mark.parametrize("name", ["alice", "vera", "bob"])
def test_the_village_reads_that_there_is_one_and_not_which(
    office: Office, doubled: str, name: str, where: str
) -> None:
    told = READ[where](office, doubled, name)
    assert "1 户不在您的辖区" in words(told) and "本县另一个村的一户" in told
    for secret in (office.cast.other_unit, "H0002", "Li An", "李二", ID):
        assert secret not in told


@ONE_KIND
@PAGES
def test_its_figures_stand_in_words(office: Office, doubled: str, where: str) -> None:
    told = words(READ[where](office, doubled, "dora"))
    assert "个数 2" in told and "级别 S" in told and "units" not in told


@ONE_KIND
def test_a_photo_and_a_visit_compared_with_are_no_figures(office: Office) -> None:
    rec, other = office.doors.visit(), office.doors.visit()
    office.doubt(rec)
    with office.sessions.begin() as session:
        row = session.scalars(select(Finding)).one()
        row.numbers = orjson.dumps(
            {"bits": 3, "other_photo": "ab" * 32, "other_visit": other, "units": []}
        ).decode()
        finding = row.id
    dora = office.doors.browser("dora")
    for address in (f"/visits/{rec}", f"/findings/{finding}"):
        told = dora.get(address).text
        assert "ab" * 32 not in told and other not in told, address
