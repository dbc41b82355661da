"""R-33 "water safe" rests on a certificate of the village that is valid on the day (F20).

Valid: concluded safe or basically safe, and sampled_on ≤ day of the visit ≤ valid_until. A village
of which no certificate is on record is a note: it may not be entered yet; the county says by
`water_certificate_needed` (1) from when it is to be told. Source: rule R-33; the certificate is
issued village by village.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from verify.finding import Found, Judgement, Note

RULE, SCORE = "R-33", 0.3
SAFE = "safe"
GOOD = frozenset({"safe", "basic"})


@dataclass(frozen=True, slots=True)
class Certificate:
    """One form `village_water`; days are None where it does not tell them."""

    conclusion: str
    sampled: date | None
    until: date | None


def check(
    conclusion: object,
    path: str,
    day: date,
    certificates: Sequence[Certificate],
    needed: bool = False,
) -> Judgement:
    """`conclusion`: the visit's own, at `path`; `day`: the visit's."""
    if conclusion != SAFE or any(_valid(one, day) for one in certificates):
        return Judgement()
    begun = [one for one in certificates if one.sampled is None or one.sampled <= day]
    if begun:
        return Judgement((_found(begun, path, day),))
    if needed:
        return Judgement((_missing(path),))
    told = Note(
        RULE,
        "村里还没有登记饮水达标认定书，没有比较",
        "No water certificate of the village is on record: nothing to compare",
    )
    return Judgement(notes=(told,))


def _valid(one: Certificate, day: date) -> bool:
    return (
        one.conclusion in GOOD
        and (one.sampled is None or one.sampled <= day)
        and one.until is not None
        and day <= one.until
    )


def _found(certificates: Sequence[Certificate], path: str, day: date) -> Found:
    last = max(certificates, key=lambda one: (one.until or date.min, one.sampled or date.min))
    numbers = {"valid_until": last.until.isoformat() if last.until else None, "level": "S"}
    numbers["visited_on"] = day.isoformat()
    if last.conclusion not in GOOD:
        zh, en = "村里最近的认定结论不是安全", "the village's last certificate does not say safe"
    else:
        zh = f"村里的饮水达标认定书有效期到 {last.until or '—'}"
        en = f"the village's water certificate is valid until {last.until or '—'}"
    return Found(
        RULE,
        SCORE,
        f"待核实：{zh}，这户的结论是安全；新的认定书可能还没有录入",
        f"To be checked: {en}, and this household's water is called safe; a newer one may not be "
        "entered yet",
        path,
        numbers,
    )


def _missing(path: str) -> Found:
    return Found(
        RULE,
        SCORE,
        "待核实：这户的饮水结论是安全，村里还没有登记饮水达标认定书；有的请录入",
        "To be checked: this household's water is called safe, and no water certificate of the "
        "village is on record; please enter it if there is one",
        path,
        {"level": "S"},
    )
