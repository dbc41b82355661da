"""Expressions that nobody wrote: a grammar and chance, the same for every seed.

Left out is what is known to differ: decimals as words (`36000.0`), number() of a date as words, and
a whole row as words (rows are counted).
"""

from random import Random

_FIELDS = [
    ["type", "name", "label", "relevant", "calculation"],
    ["integer", "a", "A"], ["integer", "b", "B"], ["decimal", "d", "D"], ["text", "w", "W"],
    ["text", "v", "V"], ["select_multiple l", "s", "S"], ["date", "day", "Day"],
    ["begin_repeat", "g", "G"], ["integer", "n", "N"], ["text", "m", "M"],
    ["end_repeat", "", ""],
]  # fmt: skip
_CHOICES = [["list_name", "name", "label"], *(["l", name, name] for name in ("a", "o", "12"))]
_NODES = (
    "/data/g/n", "/data/g[n > 1]/n", "/data/g[position() = 2]/n", "/data/g[1]/m",
    "/data/g[m = 'a']/n", "${w}", "/data/g[n = /data/a]/m", "/data/g/m", "/data/g[last()]/n",
)  # fmt: skip
_ROWS = ("/data/g", "/data/g[n = /data/a]", "/data/g[last()]")
_DATES = ("today()", "${day}", "date('2026-10-18')", "true()")
_NUMBERS = (
    "{n} + {n}", "{n} - {n}", "{n} * {n}", "{n} div {n}", "{n} mod {n}", "({n})", "-({n})",
    "round({n})", "round({n}, 2)", "int({n})", "min({n}, {n})", "max({n}, {n})", "abs({n})",
    "floor({n})", "ceiling({n})", "if({t}, {n}, {n})", "count({s})", "count({r})",
    "count-selected({w})", "string-length({w})",
)  # fmt: skip
_WORDS = (
    "concat({w}, {w})", "if({t}, {w}, {w})", "substr({w}, 1)", "substr({w}, -1)",
    "substr({w}, 0, 2)", "coalesce({w}, {w})", "normalize-space({w})", "join('-', {s})",
    "translate({w}, 'aeo', 'AE')", "selected-at({w}, 0)", "substring-before({w}, 'o')", "{s}",
)  # fmt: skip
_TRUTHS = (
    "{x} = {x}", "{x} != {x}", "{x} < {x}", "{x} <= {x}", "{x} > {x}", "{x} >= {x}",
    "({t} and {t})", "({t} or {t})", "not({t})", "selected({w}, 'a')", "contains({w}, 'o')",
    "starts-with({w}, {w})", "ends-with({w}, 's')",
)  # fmt: skip
_LEAVES = {
    "n": ("${a}", "${b}", "${d}", "0", "1", "2.5", "7"),
    "w": ("${w}", "${v}", "${s}", "'a'", "''", "'12'", "${day}", "'two words'"),
    "t": ("true()", "false()", "${a} > 1"),
    "s": _NODES,
    "r": _ROWS,
}
_GROWN = {"n": _NUMBERS, "w": _WORDS, "t": _TRUTHS, "s": _NODES, "r": _ROWS}


def invented(seed: str, calculations: int = 60, conditions: int = 10) -> dict[str, list[list[str]]]:
    """The sheets of a form of invented rules."""
    chance = Random(seed)
    rows = [
        ["calculate", f"c{n}", "", "", _grow(chance.choice("nwtx"), 3, chance)]
        for n in range(calculations)
    ]
    rows += [["text", f"t{n}", "T", _grow("t", 2, chance)] for n in range(conditions)]
    return {"survey": [*_FIELDS, *rows], "choices": _CHOICES}


def _grow(kind: str, depth: int, chance: Random) -> str:
    if kind == "x":
        kind = chance.choice("nnwwsd")
        if kind == "d":
            return chance.choice(_DATES)
    shape = chance.choice(_GROWN[kind] if depth > 0 else _LEAVES[kind])
    parts = shape.split("{")
    grown = (_grow(part[0], depth - 1, chance) + part[2:] for part in parts[1:])
    return parts[0] + "".join(grown) if "${" not in shape else shape
