"""Names that stand in a rule without `${…}` or quotes.

`has_tap = 'yes'` is good XPath: it asks for what is called has_tap within the question itself. A
question has nothing within, so the rule says no to everything, for ever, and nobody hears of it.
"""

from collections.abc import Iterator

from forms.definition import Question
from forms.syntax import Binary, Call, Negative, Path, Tree, parse


def bare_names(question: Question) -> Iterator[tuple[str, str]]:
    """(column, name) of each such name in the question's rules."""
    for column, expression in (
        ("required", question.required_when),
        ("relevant", question.relevant),
        ("constraint", question.constraint),
        ("calculation", question.calculate),
    ):
        for name in _bare(parse(expression)) if expression else ():
            yield column, name


def _bare(tree: Tree) -> Iterator[str]:
    """Not within brackets: there a name is a column of a list, or a question of a repeat."""
    if isinstance(tree, Binary):
        yield from _bare(tree.left)
        yield from _bare(tree.right)
    elif isinstance(tree, Negative):
        yield from _bare(tree.operand)
    elif isinstance(tree, Call):
        for each in tree.arguments:
            yield from _bare(each)
    elif isinstance(tree, Path):
        if tree.start is not None:
            yield from _bare(tree.start)
        elif not tree.absolute and tree.steps and tree.steps[0].axis == "child":
            yield tree.steps[0].test
