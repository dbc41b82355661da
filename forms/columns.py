"""Our columns beside XLSForm's, each a bind attribute in our namespace: one table.

pyxform carries them unharmed from `bind::ruhu:…` to the XForm; everything else, from reading to
the documentation of the template, comes from here.
"""

from dataclasses import dataclass

from forms.definition import Policy, Sensitivity, Source

PREFIX = "bind::ruhu:"


@dataclass(frozen=True, slots=True)
class Column:
    """`values` that may stand in it; none where it takes words."""

    name: str
    zh: str
    en: str
    values: tuple[str, ...] = ()
    rules: bool = False
    """Used by forms whose rules are kept apart; the template does without."""

    @property
    def heading(self) -> str:
        return PREFIX + self.name


_YES = ("yes", "no")
COLUMNS = (
    Column("policy", "两台手机填得不同时怎么办；空着是 first",
           "how two phones' different answers meet; first when empty",
           tuple(policy.value for policy in Policy)),
    Column("sensitivity", "P1 加密并遮盖；P2 较敏感；P3 一般",
           "P1 is sealed and masked; P2 is delicate; P3 is everything else",
           tuple(each.value for each in Sensitivity)),
    Column("source", "答案从哪来：看到的、听说的、证件上的、部门的",
           "where the answer comes from: seen, told, from a document, from a department",
           tuple(source.value for source in Source)),
    Column("focus", "yes：本轮要重点核实的一项", "yes: a field that this round is about", _YES),
    Column("photo_role", "照片拍的是什么，如 house_front",
           "what a photo shows, such as house_front"),
    Column("calculated", "yes：手机的合计只作见证，由服务器重算",
           "yes: the phone's total is a witness, the server calculates again", _YES),
    Column("was", "这一题在上一个版本里的路径或名字",
           "this question's path or name in the version before"),
    Column("label_zh", "计算项的中文名称", "a calculation's name in Chinese"),
    Column("label_en", "计算项的英文名称", "a calculation's name in English"),
)  # fmt: skip
RULES = (
    Column("rule", "这一行代表规则库里的哪条规则",
           "the rule of the catalogue that this row stands for",
           rules=True),
    Column("level", "B 手机上不让过；W 手机上提醒；S 由办公室看",
           "B blocks on the phone, W warns there, S is looked at in the office",
           ("B", "W", "S"), rules=True),
    Column("about", "这条规则说的是哪一题", "the question that this rule speaks of", rules=True),
    Column("closed_by", "哪一题说明“问过了，没有变化”",
           "the question that says of this topic: asked through, nothing changed", rules=True),
    Column("missing", "列出没有答案的题，以及为什么：不知道、不愿说",
           "lists the questions without an answer, and why: unknown, refused", rules=True),
)  # fmt: skip
BY_NAME = {column.name: column for column in (*COLUMNS, *RULES)}
