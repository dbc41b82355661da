"""Where we differ from the reference engine on purpose; docs/forms-engine.md says why."""

import math
from collections.abc import Callable

from tests.forms.agreement.reference import Difference

KNOWN: dict[str, Callable[[Difference], bool]] = {
    "no date is blank, not the words “Invalid Date”": lambda d: (
        d.theirs.value == "Invalid Date" and d.ours.value == ""
    ),
    "Sunday has a name": lambda d: d.theirs.value == "" and d.ours.value == "Sun",
    "what follows a word begins after the whole of it": lambda d: (
        d.ref == "/data/after_long" and d.theirs.value.endswith(d.ours.value)
    ),
    "the sum of nothing is 0": lambda d: (
        d.ref == "/data/sum_none" and (d.ours.value, d.theirs.value) == ("0", "")
    ),
    "a pattern must match the whole answer": lambda d: (
        d.ref == "/data/phone" and (d.ours.violation, d.theirs.violation) == ("constraint", None)
    ),
    "two places that are one are 0 m apart": lambda d: (
        d.ref == "/data/apart" and (d.ours.value, d.theirs.value) == ("0", "")
    ),
    "date() is a date, without a time": lambda d: (
        d.ref == "/data/met_day" and d.theirs.value.startswith(d.ours.value + "T")
    ),
    "number() of a date keeps the part of the day": lambda d: (
        d.ref in ("/data/as_number", "/data/day_number")
        and math.floor(float(d.ours.value)) == float(d.theirs.value)
    ),
}
"""{what differs: whether a difference is this one}"""


def reason(difference: Difference) -> str | None:
    return next((name for name, is_this in KNOWN.items() if is_this(difference)), None)
