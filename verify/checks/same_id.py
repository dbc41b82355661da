"""R-02 one id number in two active households of the county.

Equal HMAC-SHA-256 of the number (store/seal.py), so that no number is read to compare it. A person
who has died or moved out on either side is explained already. Source: rule R-02; GB 11643 says what
an id number is. The sentence names nobody: who may see the other household is shown it beside.
"""

from collections.abc import Sequence

from verify.checks.shared import Holder, Told, units
from verify.finding import Found, Judgement

RULE, SCORE = "R-02", 0.6


def check(people: Sequence[Told], village: str) -> Judgement:
    """`people`: the id numbers of a visit; `village`: the code of where its household stands."""
    found = []
    for person in people:
        others = [holder for holder in person.holders if not holder.left]
        if others and not person.left:
            found.append(_found(person.path, others, village))
    return Judgement(tuple(found))


def of_household(others: Sequence[Holder], village: str) -> Found:
    """The same for a household as a whole, whichever of the two was visited first."""
    zh, en = _where(others, village)
    return Found(
        RULE,
        SCORE,
        f"待核实：这户有家人的身份证号也登记在{zh}，多半是迁移、分户或录入有误，请核对人现在在哪一户",
        f"To be checked: the id number of somebody here stands in {en} too; most likely a move, a "
        "split or a slip of the pen. Please see where the person belongs now",
        "",
        {"count": len(units(others)) + 1, "limit": 1, "level": "S", "units": units(others)},
    )


def _found(path: str, others: Sequence[Holder], village: str) -> Found:
    zh, en = _where(others, village)
    numbers = {"count": len(units(others)) + 1, "limit": 1, "level": "S", "units": units(others)}
    return Found(
        RULE,
        SCORE,
        f"待核实：这个身份证号也登记在{zh}，多半是迁移、分户或录入有误，请核对人现在在哪一户",
        f"To be checked: this id number stands in {en} too; most likely a move, a split or a slip "
        "of the pen. Please see where the person belongs now",
        path,
        numbers,
    )


def _where(others: Sequence[Holder], village: str) -> tuple[str, str]:
    if all(holder.village == village for holder in others):
        return "本村另一户", "another household of the village"
    return "本县另一个村的一户", "a household of another village in the county"
