"""What each column of the workbook wants, in both languages."""

SHEETS: dict[str, tuple[str, str]] = {
    "areas": (
        "区域：县、乡镇、村、组，上级在前",
        "Areas: county, township, village, group; parents first",
    ),
    "staff": (
        "人员：每人一行，一个角色、一个区域；已有的登录名不动",
        "Staff: one row a person, one role in one area; logins that exist are left as they are",
    ),
    "households": ("农户：每户一行", "Households: one row a household"),
    "members": (
        "家人：每人一行；所在的户也要在 households 表里",
        "Members: one row a person; the household must stand in the sheet households, too",
    ),
    "pairings": (
        "结对：哪位干部帮扶哪一户",
        "Pairings: which cadre is paired with which household",
    ),
}

_CODE = ("所在户的户编号", "the household's code")
_PHONE = ("11 位手机号；加密保存", "11 digits; kept sealed")
_CHOICE = ("从选项里选一个：", "one of the choices: ")

COLUMNS: dict[tuple[str, str], tuple[str, str]] = {
    ("areas", "code"): (
        "12 位区划代码；村民小组在村代码后再加 2 到 3 位",
        "12 digits; a group has 2 or 3 more after its village's",
    ),
    ("areas", "parent"): (
        "上一级的代码，必须在上面某一行或已在服务器里；最上级留空",
        "code of the area above; in a row above or known already; empty for the top",
    ),
    ("areas", "level"): (
        "county 县、township 乡镇、village 村、group 组",
        "county, township, village or group",
    ),
    ("areas", "name_zh"): ("中文名称", "Chinese name"),
    ("areas", "name_en"): ("英文名称，可空", "English name; may be empty"),
    ("staff", "login"): (
        "2 到 40 个字符：小写字母、数字、点、短横、下划线",
        "2 to 40 of a-z, 0-9, dot, dash, underscore",
    ),
    ("staff", "name"): ("姓名", "name"),
    ("staff", "role"): (
        "cadre 帮扶干部、village_worker 村级信息员、village_supervisor 村审核员、"
        "township_supervisor 镇审核员、county_supervisor 县审核员、inspector 督查员、admin 管理员",
        "cadre, village_worker, village_supervisor, township_supervisor, county_supervisor, "
        "inspector or admin",
    ),
    ("staff", "area"): ("负责的区域代码", "code of the area the role is for"),
    ("staff", "phone"): _PHONE,
    ("households", "hh_code"): (
        "本单位自己的户编号，一户一个，以后导入靠它认户",
        "the office's own code; later imports know the household by it",
    ),
    ("households", "village"): ("所在村的区划代码", "code of the village"),
    ("households", "group"): ("所在组的区划代码，可空", "code of the group; may be empty"),
    ("households", "head_name"): ("户主姓名", "head of household"),
    ("households", "address"): ("户籍地址", "registered address"),
    ("households", "actual_home"): (
        "现在住的地方，可以和户籍不同",
        "where they live now; may differ",
    ),
    ("households", "phone"): _PHONE,
    ("households", "housing_grade"): _CHOICE,
    ("households", "water_source"): _CHOICE,
    ("households", "lat"): (
        "户址纬度，WGS-84 度；和经度一起填",
        "latitude of the house, WGS-84 degrees; together with lon",
    ),
    ("households", "lon"): ("户址经度，WGS-84 度", "longitude, WGS-84 degrees"),
    ("households", "anchor_acc"): (
        "定位精度，米；空着按 20",
        "accuracy in metres; 20 when empty",
    ),
    ("members", "hh_code"): _CODE,
    ("members", "name"): ("姓名", "name"),
    ("members", "relation"): _CHOICE,
    ("members", "sex"): _CHOICE,
    ("members", "birth"): ("如 1980-01-31", "like 1980-01-31"),
    ("members", "id_number"): (
        "18 位，核对校验位；加密保存，页面上遮盖",
        "18 characters, its check digit is proven; kept sealed, masked on pages",
    ),
    ("members", "health"): (
        "一项或几项，用空格或顿号隔开：",
        "one or several, with a space or a comma between: ",
    ),
    ("members", "labour"): _CHOICE,
    ("members", "in_school"): _CHOICE,
    ("pairings", "login"): ("帮扶干部的登录名", "the cadre's login"),
    ("pairings", "hh_code"): _CODE,
    ("pairings", "from"): (
        "从哪天起，如 2026-01-01；空着从导入时起",
        "since when, like 2026-01-01; from the import when empty",
    ),
}
"""{(sheet, field): (Chinese, English)}; words that end with a colon are followed by choices."""
