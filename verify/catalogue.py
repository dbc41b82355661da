"""The checks, as a table that everybody may read: what each looks at, and its care."""

from dataclasses import dataclass

from forms.pack import pack_rules
from forms.rules import Rule
from verify import deciding

PACK = "household"
LEVELS = {
    "B": ("手机上要求改正", "the phone asks to mend it"),
    "W": ("手机和服务器都提示", "the phone and the server point it out"),
    "S": ("只在服务器上提示办公室", "the server tells the office only"),
}
"""What each level of a pack's rule means."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule in words. `parameters` name the dated figures it uses."""

    rule: str
    zh: str
    en: str
    how_zh: str
    how_en: str
    care_zh: str
    care_en: str
    source: str
    parameters: tuple[str, ...] = ()
    version: str = "1"
    """Raised when the formula or the wording changes; every finding carries it."""


_OURS = (
    Check(
        "D01",
        "同一张照片用在两户",
        "The same photo at two households",
        "比较文件和像素是否完全相同（SHA-256）",
        "Whether file or pixels are exactly the same (SHA-256)",
        "同一户再次使用不算；签名不比较",
        "The same household may reuse it; signatures are left out",
        "checks: exact reuse of a file",
    ),
    Check(
        "D03",
        "照片与走访时间相差太大",
        "A photo of another time",
        "照片自带时间与走访时间之差",
        "The photo's own time against the visit's",
        "没有拍摄时间不算；手机时间和校正后的时间都比较，取近的",
        "No time is no finding; the phone's own time and the corrected one are both tried",
        "checks: gallery and old photos",
        ("photo_minutes",),
    ),
    Check(
        "D07",
        "照片看不出内容",
        "A photo that shows nothing",
        "亮度、对比、清晰度、尺寸",
        "Light, contrast, sharpness, size",
        "只请补拍，不是怀疑",
        "Only asks for a new one; it doubts nobody",
        "checks: useless photos",
        (
            "photo_dark_luma",
            "photo_bright_luma",
            "photo_flat_sd",
            "photo_blur_variance",
            "photo_min_side",
        ),
    ),
    Check(
        "D08",
        "定位离户址较远",
        "The fix is far from the house",
        "距离减去两倍合成误差，与限值比较",
        "Distance less twice the joint accuracy, against a limit",
        "没有核准的户址不检查，电话走访不检查；先排除坐标系差异和村里碰面的地方；可以说明在哪里见面",
        "Needs an approved position, skips calls; other datums and places where the village meets "
        "are ruled out first; any meeting place is fine",
        "checks: geofence with accuracy budget",
        ("anchor_distance_m", "accuracy_factor"),
    ),
    Check(
        "D09",
        "坐标系不同",
        "Another map datum",
        "偏差与 WGS-84、GCJ-02、BD-09 两两在该处的偏移相差 60 米以内",
        "The offset is within 60 m of what two of WGS-84, GCJ-02 and BD-09 differ at that place",
        "只提示设置，并代替 D08",
        "Speaks of a setting only, and takes D08's place",
        "checks: datum mix-up",
    ),
    Check(
        "D29",
        "手机时钟不准",
        "The phone's clock is off",
        "收到时间减发出时间",
        "Time received less time sent",
        "只作提示，时间已校正",
        "A note only; times were corrected",
        "checks: clocks",
        ("clock_seconds",),
    ),
    Check(
        "P-LATE",
        "照片还没有到",
        "Photos have not arrived yet",
        "收到走访之后的天数",
        "Days since the visit was received",
        "多半是没有网络；照片一到，提示就消失",
        "Most likely no network; it goes away when the photos come",
        "photos overdue",
        ("photo_overdue_days",),
    ),
    Check(
        "R-18",
        "合计与重新计算不同",
        "A total differs when recalculated",
        "服务器按表单公式重算",
        "The server calculates by the form's own formula",
        "以重算结果为准，原值保留",
        "The recalculated value counts; the original stays",
        "rule R-18",
    ),
    Check(
        "R-32",
        "前后照片不是同一个地方",
        "Before and after are not one place",
        "整改、改造、搬迁的前后两张照片：距离、先后、是不是同一张",
        "Photos before and after: their distance, their order, whether they are one photo",
        "照片没有位置或时间的那一项不比较",
        "What a photo does not say of itself is not looked at",
        "rule R-32",
        ("staged_photo_m",),
    ),
    Check(
        "F-REQ",
        "必填项未填",
        "A required answer is missing",
        "按表单的必填设置",
        "By the form's own setting",
        "与走访情况无关的题不要求",
        "Questions that do not apply are not asked",
        "XLSForm required",
    ),
    Check(
        "F-RANGE",
        "填写超出允许范围",
        "An answer outside what is allowed",
        "按表单的约束条件",
        "By the form's own constraint",
        "答案保留原样，退回更正",
        "The answer is kept as it is and comes back as work",
        "XLSForm constraint",
    ),
    Check(
        "F-TYPE",
        "填写的类型不对",
        "An answer of the wrong type",
        "数字、日期、文字等类型",
        "Numbers, dates, text …",
        "答案保留原样",
        "The answer is kept as it is",
        "XLSForm types",
    ),
    Check(
        "F-CHOICE",
        "答案不在选项里",
        "An unknown choice",
        "与表单选项比较",
        "Against the form's choices",
        "答案保留原样",
        "The answer is kept as it is",
        "XLSForm choices",
    ),
)


def _of(rule: Rule) -> Check:
    """A rule of the pack as a line of the catalogue."""
    zh, en = LEVELS[rule.level]
    return Check(
        rule.id,
        rule.zh,
        rule.en,
        f"{'；'.join(ask.zh for ask in rule.asks)}（{zh}）",
        f"{'; '.join(ask.en for ask in rule.asks)} ({en})",
        rule.care_zh,
        rule.care_en,
        f"rule {rule.id}",
        rule.figures,
    )


CATALOGUE = _OURS + tuple(_of(rule) for rule in pack_rules(PACK))
_VERSIONS = {check.rule: check.version for check in CATALOGUE}


def version_of(rule: str) -> str:
    """The version of a rule; "1" for one that the catalogue does not name."""
    return _VERSIONS.get(rule, "1")


FIGURES: dict[str, tuple[str, str]] = {
    **deciding.FIGURES,
    "anchor_distance_m": (
        "离户址多远以内不提示（米）",
        "Distance from the house that is not noted (metres)",
    ),
    "accuracy_factor": ("扣除合成定位误差的几倍", "Joint accuracy is allowed for this many times"),
    "photo_minutes": (
        "照片与走访最多相差（分钟）",
        "Photo and visit at most this far apart (minutes)",
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
}
"""What each dated figure means, in Chinese and English."""
