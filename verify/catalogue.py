"""The checks, as a table that everybody may read: what each looks at, and its care."""

from forms.pack import pack_rules
from forms.rules import Rule
from verify import batch, compared, figures
from verify.checks import device, haste, likeness, manners, mock, origin, route
from verify.described import Check, Figure

PACK = "household"
LEVELS = {
    "B": ("手机上要求改正", "the phone asks to mend it"),
    "W": ("手机和服务器都提示", "the phone and the server point it out"),
    "S": ("只在服务器上提示办公室", "the server tells the office only"),
}
"""What each level of a pack's rule means."""


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
        ("anchor_distance_m", "accuracy_factor", "filled_elsewhere"),
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
        "手机时钟不准、被拨动，或一个账号两台手机",
        "The phone's clock is off or was moved, or one account is on two phones",
        "收到时间减发出时间；两次填报之间时钟与开机时间的差；编号倒退；同一账号同时在两台手机、两个地方",
        "Time received less time sent; clock against uptime between two visits; numbers that run "
        "back; one account on two phones at two places at once",
        "只作提示，时间已校正；关机、没电不算；恢复备份、换机可以说明",
        "A note only; times were corrected; a phone that was off is no finding; a restored or new "
        "phone can be explained",
        "checks: clocks",
        ("clock_seconds", device.Device.NAME),
        device.FIGURE,
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
    line = Check(
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
    return compared.with_more(line)


_BY_VISIT = (
    likeness.ABOUT,
    origin.ABOUT,
    origin.WORKED,
    mock.ABOUT,
    route.ABOUT,
    manners.ABOUT,
    manners.FOCUS,
)
CATALOGUE = (
    _OURS
    + _BY_VISIT
    + compared.CHECKS
    + tuple(check.about for check in batch.TABLE if check.about is not None)
    + tuple(_of(rule) for rule in pack_rules(PACK))
)


_OWN: dict[str, Figure] = {
    check.parameters[-1]: check.figure for check in CATALOGUE if check.figure is not None
} | {"night": batch.FIGURE}
FIGURES = figures.FIGURES | {name: (figure.zh, figure.en) for name, figure in _OWN.items()}
"""What each dated figure means, in Chinese and English."""
PARTS = {name: figure.parts for name, figure in _OWN.items()}
"""{figure: what its parts are called}"""
_NIGHTS = [each.about for each in (*batch.TABLE, *batch.ROUNDS) if each.about is not None]
_SINGLE = [line for line in (*_OURS, *_BY_VISIT, *compared.CHECKS) if line not in _NIGHTS]
AT_NIGHT = (
    {"night"}.union(*(line.parameters for line in _NIGHTS))
    - {haste.LIMITS}.union(*(line.parameters for line in _SINGLE))
)  # fmt: skip
"""Figures that no check of one visit by itself uses."""
_VERSIONS = {check.rule: check.version for check in CATALOGUE}


def version_of(rule: str) -> str:
    """The version of a rule; "1" for one that the catalogue does not name."""
    return _VERSIONS.get(rule, "1")
