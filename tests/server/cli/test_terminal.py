"""What a terminal says where the server says no."""

import ast

import pytest

from server.cli.terminal import CHINESE
from server.problems import STATUS
from tests.house.trees import modules


def test_only_refusals_that_there_are_have_words() -> None:
    assert set(CHINESE) <= set(STATUS)


@pytest.mark.parametrize("words", CHINESE.values())
def test_they_are_in_chinese(words: str) -> None:
    assert not words.isascii()


def test_every_sentence_that_ends_a_command_is_in_both_languages() -> None:
    alone = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if name.startswith("server.cli.")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "click.ClickException"
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
        and " / " not in ast.unparse(node.args[0])
    ]
    assert alone == []
