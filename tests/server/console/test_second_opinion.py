"""A back-check is read by who asked again and by who reviews there, and by nobody else."""

import pytest

from store import ids
from tests.kit import ops
from tests.server.console.conftest import HTML, ONE_KIND, Office

pytestmark = ONE_KIND


@pytest.fixture
def second(office: Office) -> str:
    """Bob, who may not review, has asked again at Alice's household."""
    values = {"household": office.cast.unit, "door/found": "met", "t3/wage": 20000}
    line = ops.op(ids.new(), form="back_check", form_v="2026.1", values=values)
    office.sent(office.doors.push(office.doors.phone("bob"), "bob", line))
    return str(line["rec"])


@pytest.mark.parametrize(
    ("name", "reads"), [("bob", True), ("vera", True), ("dora", True), ("alice", False),
                        ("ivan", False)],
)  # fmt: skip
def test_who_reads_it_anywhere(office: Office, second: str, name: str, reads: bool) -> None:
    browser = office.doors.browser(name)
    for page in ("/submissions", "/submissions?form=back_check"):
        assert (second in browser.get(page).text) is reads, page
    assert (second in browser.get(f"/households/{office.cast.unit}").text) is reads
    for page in (f"/visits/{second}", f"/api/v1/visits/{second}"):
        assert browser.get(page, headers=HTML).status_code == (200 if reads else 404), page
