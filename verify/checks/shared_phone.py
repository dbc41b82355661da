"""R-08 one phone for many households: perhaps a cadre's or the village office's.

households with an equal keyed index > `phone_households_most` (3). Relatives and neighbours share
a phone; that is what the three are for. Source: rule R-08.
"""

from verify.checks.shared import Told, units
from verify.finding import Found, Judgement

RULE, SCORE, MOST = "R-08", 0.2, 3


def check(phone: Told, most: int = MOST) -> Judgement:
    count = len(units(phone.holders)) + 1
    if count <= most:
        return Judgement()
    return Judgement(
        (
            Found(
                RULE,
                SCORE,
                f"待核实：这个电话登记在至少 {count} 户，可能是干部或村委会的；"
                "家里有自己的号码请改填",
                f"To be checked: at least {count} households have this phone, perhaps a cadre's or "
                "the village office's; if they have one of their own, please note that",
                phone.path,
                {"count": count, "limit": most},
            ),
        )
    )
