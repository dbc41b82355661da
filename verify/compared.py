"""The checks that compare households or forms, in words: lines of the catalogue."""

from dataclasses import replace

from verify.described import Check
from verify.rounds import elders_alone, one_number, same_measures, village_income

CHECKS = (
    one_number.about,
    Check(
        "R-08",
        "许多户登记同一个电话",
        "One phone for many households",
        "全县登记这个电话的户数，超过限值",
        "Households of the county with this phone, above a limit",
        "亲戚、邻居合用电话是常事，所以有几户不算",
        "Relatives and neighbours share phones; a few are nothing",
        "rule R-08",
        ("phone_households_most",),
    ),
    Check(
        "R-09",
        "两户登记同一个一卡通账号",
        "One benefit account for two households",
        "全县比较账号的密钥指纹，不读账号本身",
        "The keyed index of the account, over the county; the account itself is not read",
        "分户以后没有改、亲属代领都可能，由人去问",
        "Households that split and relatives who draw it for both are asked, not blamed",
        "rule R-09",
    ),
    Check(
        "R-34",
        "村表和这户说的不一样",
        "The village's form says otherwise",
        "村表说户户都有（或都没有）的，与这户的回答比较：电、自来水、卫生室、路、宽带",
        "What the village's form says of all or of nobody, beside the household's answer: "
        "electricity, tap, clinic, road, broadband",
        "可能住得偏远，或村表以后有了变化；两边都要核对",
        "They may live far out, or things changed since; both sides are to be checked",
        "rule R-34",
    ),
    same_measures.about,
    elders_alone.about,
)

Looks = tuple[str, str, str, str, tuple[str, ...]]
"""(how, in two languages, with what care, in two languages, figures)"""


def _looks(line: Check) -> Looks:
    return line.how_zh, line.how_en, line.care_zh, line.care_en, line.parameters


MORE: dict[str, Looks] = {
    "R-07": (
        "服务器还看：走访见到的人，登记的去世日期是不是更早",
        "The server also looks whether a visit met somebody after the day on which they died",
        "已有新户主或同名家人的不提示",
        "Not where there is a new head, or somebody of the same name",
        (),
    ),
    village_income.rule: _looks(village_income.about),
    "R-33": (
        "服务器还看：走访当天村里的饮水达标认定书是否有效",
        "The server also looks whether the village's certificate was valid on the day",
        "新的认定书可能还没有录入；村里从没登记过的，县里要求以后才提示",
        "A newer one may not be entered yet; where there never was one, only once the county asks",
        ("water_certificate_needed",),
    ),
}
"""{a rule of the pack: how the server looks further}"""


def with_more(line: Check) -> Check:
    """A rule of the pack, with what the server looks at beyond the form."""
    if line.rule not in MORE:
        return line
    how_zh, how_en, care_zh, care_en, parameters = MORE[line.rule]
    return replace(
        line,
        how_zh=f"{line.how_zh}；{how_zh}",
        how_en=f"{line.how_en}; {how_en}",
        care_zh=f"{line.care_zh}；{care_zh}",
        care_en=f"{line.care_en}; {care_en}",
        parameters=line.parameters + parameters,
    )
