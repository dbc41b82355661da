"""What stands in a form before anybody answers."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import count

import pytest

from forms.fresh import MOST_ROWS, TooManyRows, fresh
from tests.forms.sheets import form

NOON = datetime(2026, 10, 18, 12, 30, tzinfo=timezone(timedelta(hours=8)))
FORM = form("""
## survey
| type                | name   | label | default           | repeat_count | calculation      |
| today               | day    |       |                   |              |                  |
| start               | begun  |       |                   |              |                  |
| deviceid            | device |       |                   |              |                  |
| text                | county | C     | 南江                |              |                  |
| integer             | size   | S     | 2                 |              |                  |
| date                | met    | M     | today()           |              |                  |
| date                | due    | D     | date(${met} + 14) |              |                  |
| select_multiple ill | ill    | I     | cold old          |              |                  |
| begin_repeat        | people | P     |                   | ${size}      |                  |
| text                | land   | L     | ${county}         |              |                  |
| integer             | number | N     | position(..)      |              |                  |
| begin_repeat        | plots  | Q     |                   | ${number}    |                  |
| text                | crop   | K     | 麦                 |              |                  |
| end_repeat          |        |       |                   |              |                  |
| end_repeat          |        |       |                   |              |                  |
| calculate           | all    |       |                   |              | count(${people}) |
## choices
| list_name | name | label |
| ill       | cold | Cold  |
| ill       | old  | Old   |
""")


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"row{next(numbers):05}"


def test_a_form_begins_with_its_defaults() -> None:
    begun = fresh(FORM, NOON, ids(), properties={"deviceid": "ruhu:1"})
    assert begun["set"] == {
        "day": "2026-10-18",
        "begun": "2026-10-18T12:30:00.000+08:00",
        "device": "ruhu:1",
        "county": "南江",
        "size": 2,
        "met": "2026-10-18",
        "due": "2026-11-01",
        "ill": ["cold", "old"],
    }


def test_rows_begin_as_many_as_the_form_reckons_each_with_its_own_defaults() -> None:
    assert fresh(FORM, NOON, ids())["rows"] == {
        "people": {
            "row00001": {"land": "南江", "number": 1},
            "row00002": {"land": "南江", "number": 2},
        },
        "people[row00001]/plots": {"row00003": {"crop": "麦"}},
        "people[row00002]/plots": {"row00004": {"crop": "麦"}, "row00005": {"crop": "麦"}},
    }


def test_what_is_given_stands_before_every_default() -> None:
    begun = fresh(FORM, NOON, ids(), given={"county": "巴州", "size": 1})
    assert begun["set"]["county"] == "巴州"
    assert [row["land"] for row in begun["rows"]["people"].values()] == ["巴州"]


def test_a_count_beyond_measure_is_refused() -> None:
    with pytest.raises(TooManyRows, match="people"):
        fresh(FORM, NOON, ids(), given={"size": MOST_ROWS + 1})
    with pytest.raises(TooManyRows, match="people"):
        fresh(FORM, NOON, ids(), given={"size": 1e30})


@pytest.mark.parametrize("size", [0, -3, "many"])
def test_a_count_that_is_none_makes_no_rows(size: object) -> None:
    assert fresh(FORM, NOON, ids(), given={"size": size})["rows"] == {}
