"""Expressions as form authors write them, asked of a small form with answers."""

import math
from typing import Any

import pytest

from forms.code import Kind
from forms.xpath import BadExpression, UnsupportedFunction
from tests.forms.small import asked, code, same


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("/data/a + /data/b * 2", 11.0),
        ("(../a + ../b) * 2", 14.0),
        ("../a - ../b - 1", -2.0),
        ("../a -1", 2.0),
        ("10 div 4", 2.5),
        ("1 div 0", math.inf),
        ("-1 div 0", -math.inf),
        ("0 div 0", math.nan),
        ("7 mod 4", 3.0),
        ("-7 mod 4", -3.0),
        ("7 mod 0", math.nan),
        ("../a < ../b and ../b <= 4 or false()", True),
        ("not(../a > ../b)", True),
        ("../a != ../b", True),
        ("-../a + 1", -2.0),
        ("--3", 3.0),
        ("../a = '3'", True),
        ("../a = 3.0", True),
        ("../a = '3.0'", False),
        ("../nothing = ''", False),
        ("../empty = ''", True),
        ("../g/n = 5", True),
        ("../g/n != 5", True),
        ("../g/n > 4", True),
        ("3 < ../g/n", True),
        ("../g/n = ../g/h/m", False),
        ("true() = ../g", True),
        ("false() = ../nothing", True),
        ("true() != (1 = 1)", False),
    ],
)
def test_reckoning_and_comparing(expression: str, answer: Any) -> None:
    same(asked(expression), answer)


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("/data/a | ../b", ["3", "4"]),
        ("../b | ../a | /data/a", ["3", "4"]),
        ("(../b | ../a)[1]", ["3"]),
        ("//m", ["10", "20", "30"]),
        ("/data//m[. > 15]", ["20", "30"]),
        ("../g[n = 5]/n", ["5"]),
        ("../g[h/m = 30]/h/m", ["30"]),
        ("../g[2]/n", ["5"]),
        ("../g[last()]/h/m", ["30"]),
        ("../g[position() > 1]/n", ["5", ""]),
        ("../g/h[1]/m", ["10", "30"]),
        ("../g[0]", []),
        ("../*[. = '4']", ["4"]),
        ("../g/n/following-sibling::h/m", ["10", "20", "30"]),
        ("../g[3]/preceding-sibling::g/n", ["1", "5"]),
        ("../g[3]/preceding-sibling::g[1]/n", ["5"]),
        ("//m/ancestor::g/n", ["1", ""]),
        ("../nothing/at/all", []),
        ("/other/a", []),
        ("../../..", []),
        ("indexed-repeat(../g/n, ../g, 2)", ["5"]),
        ("indexed-repeat(../g/h/m, ../g, 1, ../g/h, 2)", ["20"]),
        ("indexed-repeat(../g/h/m, ../g/h, 1, ../g, 3)", ["30"]),
        ("indexed-repeat(../g/n, ../g, 7)", []),
        ("indexed-repeat(../g/n, ../g, ../empty)", []),
        ("position(../g[2])", 2.0),
        ("position(../nothing)", math.nan),
        ("name(../g[1])", "g"),
        ("local-name(..)", "data"),
        ("name()", "told"),
    ],
)
def test_paths(expression: str, answer: Any) -> None:
    same(asked(expression), answer)


def test_paths_begin_at_the_asking_question() -> None:
    assert asked(". = 5 and ../n = 5", "g/n", 1) is True
    assert asked("position(..)", "g/n", 1) == 2.0
    assert asked("../h/m", "g/n", 0) == ["10", "20"]
    assert asked("../../n", "g/h/m", 2) == [""]
    assert asked("../../../a + 1", "g/h/m", 2) == 4.0
    assert asked("/data/g[position() = position(current()/../..)]/n", "g/h/m", 2) == [""]
    assert asked("once('kept')", "a") == "3" and asked("once('new')", "empty") == "new"


@pytest.mark.parametrize(
    "expression",
    [
        "'a' 'b'", "(a)(b)", "a/b c", "", "   ", "a +", "(a", "a)", "a b", "if(a", "'open", "a ~ b",
        "1 < ", "g[1", "a/", "a[", "/data/", "::a", "@", "a::", "1/a", "'x'[1]", "concat('a',)b",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(BadExpression):
        code(expression)


@pytest.mark.parametrize(
    "expression", ["(" * 60 + "1" + ")" * 60, " + ".join(["1"] * 200), "-" * 200]
)
def test_what_nests_too_deep_is_refused(expression: str) -> None:
    with pytest.raises(BadExpression):
        code(expression)


def test_what_nests_as_deep_as_it_may_is_answered() -> None:
    assert asked(" + ".join(["../a"] * 150)) == 450.0
    assert asked("not(" * 48 + "1 = 1" + ")" * 48) is True


@pytest.mark.parametrize(
    "name", ["strange", "id", "lang", "namespace-uri", "property", "jr:nothing"]
)
def test_a_function_we_lack_is_named_never_guessed(name: str) -> None:
    with pytest.raises(UnsupportedFunction, match=name.replace("-", "[-]")):
        code(f"{name}(1)")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("a/@id", "axis attribute::"),
        ("a/following::b", "axis following::"),
        ("a/text()", "text()"),
        ("round()", "round() cannot take 0 arguments"),
        ("if(1, 2)", "if() cannot take 2 arguments"),
        ("count(1)", "count() needs a path"),
        ("weighted-checklist(1, 2, 3)", "a weight for every answer"),
        ("indexed-repeat(../g/n, ../g, 1, ../g/h)", "a number for every repeat"),
        ("regex(., '[')", "cannot be read"),
        ("regex(., '\\p{Han}')", "cannot be read"),
        ("regex(., ../a)", "its pattern in quotes"),
        ("digest(., 'CRC')", "'CRC' is none of"),
        ("digest(., 'MD5', 'rot13')", "'rot13' is none of"),
        ("jr:choice-name(., ../a)", "in quotes"),
    ],
)
def test_what_we_do_not_evaluate_is_refused_in_words(expression: str, words: str) -> None:
    with pytest.raises(BadExpression) as refused:
        code(expression)
    assert words in str(refused.value) and expression in str(refused.value)


def test_the_kind_of_an_answer_is_known_beforehand() -> None:
    kinds = {"1 + 1": Kind.NUMBER, "'a'": Kind.TEXT, "1 = 1": Kind.TRUTH, "../g": Kind.NODES}
    assert {expression: code(expression).kind for expression in kinds} == kinds
    assert code("if(1, 'a', 'b')").kind is Kind.TEXT and code("if(1, 'a', 2)").kind is Kind.ANY


def test_a_path_of_names_is_settled_when_it_is_compiled() -> None:
    assert code("../a").one is not None and code("../g/n").one is None
