"""The dated figures in words: those of the checks, and those by which findings are decided."""

FIGURES: dict[str, tuple[str, str]] = {
    "anchor_distance_m": (
        "离户址多远以内不提示（米）",
        "Distance from the house that is not noted (metres)",
    ),
    "accuracy_factor": ("扣除合成定位误差的几倍", "Joint accuracy is allowed for this many times"),
    "photo_minutes": (
        "照片与走访最多相差（分钟）",
        "Photo and visit at most this far apart (minutes)",
    ),
    "photo_place_m": (
        "照片自带的位置离走访定位多远以内不提示（米）",
        "Distance of a photo's own position from the visit that is not noted (metres)",
    ),
    "photo_thumb_bits": (
        "相机自带的小图与照片最多差几位（共 64 位）",
        "Bits of 64 by which the camera's own thumbnail may differ",
    ),
    "clock_seconds": ("手机时钟最多相差（秒）", "Phone's clock at most this far off (seconds)"),
    "photo_dark_luma": (
        "平均亮度低于此数为太暗（0 到 255）",
        "Darker than this shows nothing (0 to 255)",
    ),
    "photo_bright_luma": (
        "平均亮度高于此数为太亮（0 到 255）",
        "Brighter than this shows nothing (0 to 255)",
    ),
    "photo_flat_sd": ("亮度起伏低于此数为空白", "Less variation of light than this is blank"),
    "photo_blur_variance": ("清晰度低于此数为模糊", "Less sharpness than this is blurred"),
    "photo_min_side": (
        "短边少于此数为太小（像素）",
        "Shorter side less than this is too small (pixels)",
    ),
    "photo_overdue_days": ("几天后询问没到的照片", "Days after which missing photos are asked for"),
    "poverty_line": (
        "每人每年收入线（元）",
        "Yuan a person and year",
    ),
    "relocation_m2_each": (
        "易地搬迁人均面积上限（平方米）",
        "Relocation: most floor area a person (m²)",
    ),
    "water_litres": ("每人每天至少用水（升）", "Least water a person a day (litres)"),
    "water_minutes_most": ("取水往返最多（分钟）", "Longest way for water and back (minutes)"),
    "water_cut_days_most": ("一年最多停水（天）", "Most days without water in a year"),
    "water_ntu_most": ("浑浊度限值（NTU）", "Turbidity limit (NTU)"),
    "water_fluoride_most": ("氟化物限值（mg/L）", "Fluoride limit (mg/L)"),
    "water_arsenic_most": ("砷限值（mg/L）", "Arsenic limit (mg/L)"),
    "water_nitrate_most": ("硝酸盐限值（mg/L）", "Nitrate limit (mg/L)"),
    "hardship_self_paid": (
        "住院自付达到此数就研判（元）",
        "Hospital costs of their own from which hardship is looked at (yuan)",
    ),
    "hardship_loss": (
        "受灾损失达到此数就研判（元）",
        "Loss to a disaster from which hardship is looked at (yuan)",
    ),
    "dibao_month_each": ("低保每人每月标准（元）", "Living allowance a person, month (yuan)"),
    "tekun_month_each": ("特困供养每人每月标准（元）", "Destitute, a person and month (yuan)"),
    "eco_forest_mu": ("公益林补偿每亩标准（元）", "Public-welfare forest, yuan a mu"),
    "eco_returned_mu": ("退耕还林补偿每亩标准（元）", "Returned farmland, yuan a mu"),
    "eco_pasture_mu": ("草原补偿每亩标准（元）", "Grassland, yuan a mu"),
    "income_change_share": (
        "人均纯收入比上年差这么多成就问原因（0.5 即一半）",
        "Change of income per person from last year that is asked about (0.5: half)",
    ),
    "income_change_yuan": (
        "人均纯收入比上年差这么多元就问原因",
        "Change of income per person from last year that is asked about (yuan)",
    ),
    "pay_month_most": (
        "每月工资高于此数请核对（元）",
        "Pay a month above this is asked about (yuan)",
    ),
    "household_size_least": ("平均每户最少人数", "Fewest people to a household, on average"),
    "household_size_most": ("平均每户最多人数", "Most people to a household, on average"),
    "second_visitor_days": (
        "几天内换人再上门就提示",
        "Days within which a second visitor is pointed out",
    ),
    "staged_photo_m": (
        "前后照片最多相距（米）",
        "Photos before and after at most this far apart (metres)",
    ),
    "device_silent_days": (
        "几天没有联系的手机算有问题",
        "Days of silence after which a phone counts as stuck",
    ),
    "sync_grace_minutes": (
        "过了上报时间多少分钟算没来",
        "Minutes after an hour for sending until a phone is missed",
    ),
    "backup_overdue_hours": (
        "离上次备份几小时就提醒",
        "Hours without a backup until there is an alarm",
    ),
    "outbox_waiting_minutes": (
        "后台任务等了几分钟就提醒",
        "Minutes that work may wait until there is an alarm",
    ),
    "disk_free_mb": (
        "硬盘剩余少于此数就提醒（MiB）",
        "Less free disk than this is an alarm (MiB)",
    ),
    "phone_households_most": (
        "一个电话最多几户合用不提示",
        "Households that may share a phone",
    ),
    "same_measures_share": (
        "一起走访的户，同一组措施最多占的比例",
        "Largest share of one set of measures among households visited together",
    ),
    "same_measures_households": (
        "至少几户才比较措施",
        "Households needed to compare measures",
    ),
    "same_measures_above": (
        "比周围其他户至少高出的比例",
        "By how much that share must be over the others around",
    ),
    "income_median_z": (
        "人均纯收入离全村中位数的稳健 z 值上限",
        "Robust z of income per person from the village's median",
    ),
    "income_median_households": (
        "至少几户才与全村中位数比较",
        "Households needed to compare with the village's median",
    ),
    "elder_age": ("满几岁算老人", "Age from which somebody is old"),
    "child_years_least": (
        "子女至少比老人小几岁",
        "Years that a child is younger than a parent, at least",
    ),
    "child_years_most": (
        "子女最多比老人小几岁",
        "Years that a child is younger than a parent, at most",
    ),
    "water_certificate_needed": (
        "村里没有登记认定书时是否提示（1 是，0 否）",
        "Whether a village without a water certificate on record is told (1 yes, 0 no)",
    ),
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
"""What each dated figure means that no check describes itself, in Chinese and English."""
