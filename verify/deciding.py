"""What the dated figures mean by which findings are heard, listed, decided and compared."""

FIGURES: dict[str, tuple[str, str]] = {
    "finding_answer_days": (
        "等干部答复几天",
        "Days that a cadre has to answer before others see a finding",
    ),
    "findings_per_day": ("每位审核员一天最多看几条", "Findings a reviewer is shown a day"),
    "rule_mute_reviews": (
        "一条规则至少判断过几次才可能静音",
        "Verdicts on a rule before it may fall silent",
    ),
    "backcheck_ok_share": (
        "复核金额相差在首次答案的几成以内算一致",
        "Back-checks: an amount may be off the first answer by this share",
    ),
    "rule_mute_below": (
        "命中率的 90% 上限低于此数就静音",
        "A rule falls silent when the upper 90 % bound of its precision is below this",
    ),
}
"""{name: (Chinese, English)}"""
