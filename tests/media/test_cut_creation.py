"""A question that carried the file and was cut half-way, asked again whole."""

from tests.kit.doors import Doors
from tests.media.test_http import DATA, begin, patch, stands


def test_a_creation_cut_half_way_goes_on_where_it_stood(doors: Doors) -> None:
    phone = doors.phone("alice")
    first = begin(phone, body=DATA[:1000])
    assert first.headers["Upload-Offset"] == "1000"
    again = begin(phone, body=DATA)
    assert again.status_code == 201, again.text
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == "1000"
    url = again.headers["Location"]
    assert patch(phone, url, DATA[1000:], 1000).status_code == 204
    assert stands(phone, url) == len(DATA)
