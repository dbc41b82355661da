"""R-09 one bank account for two households.

Equal keyed index of the account in another active household. An account that a relative holds for
both, or that came along when a household split, explains it; a person asks. Source: rule R-09.
"""

from verify.checks.shared import Told, units
from verify.finding import Found, Judgement

RULE, SCORE = "R-09", 0.5


def check(account: Told) -> Judgement:
    others = units(account.holders)
    if not others:
        return Judgement()
    count = len(others) + 1
    return Judgement(
        (
            Found(
                RULE,
                SCORE,
                f"待核实：{count} 户登记了同一个一卡通账号，可能是分户以后还没有改，或由亲属代领，"
                "请核对",
                f"To be checked: {count} households have the same benefit account, perhaps since "
                "they split, or because a relative draws it for both; please see",
                account.path,
                {"count": count, "limit": 1, "level": "S", "units": others},
            ),
        )
    )
