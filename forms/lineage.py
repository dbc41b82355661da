"""Which question of one version is which of another: same path, or renamed by `was`."""

from collections.abc import Iterator, Mapping

from forms.definition import FormDefinition, Question


def heirs(old: FormDefinition, new: FormDefinition) -> dict[str, str]:
    """{path in the old version: path in the new} of every question that lives on.

    `was` counts before the same path, so that two questions may swap their names. It gives a whole
    path, or a name alone where only one question of the old version has it.
    """
    named = dict(_renamed(old, new))
    taken = set(named.values())
    for question in old.questions:
        stays = question.path in new.by_path and question.path not in taken
        if stays and question.path not in named:
            named[question.path] = question.path
    return named


def _renamed(old: FormDefinition, new: FormDefinition) -> Iterator[tuple[str, str]]:
    by_name = _alone(old)
    for question in new.questions:
        former = by_name.get(question.was or "", question.was or "")
        if former in old.by_path:
            yield former, question.path


def _alone(definition: FormDefinition) -> Mapping[str, str]:
    """{last part of a path: the path} where only one question has it; whole paths win."""
    found: dict[str, list[str]] = {}
    for question in definition.questions:
        found.setdefault(question.path.rpartition("/")[2], []).append(question.path)
    alone = {name: paths[0] for name, paths in found.items() if len(paths) == 1}
    return {name: path for name, path in alone.items() if name not in definition.by_path}


def repeats_above(definition: FormDefinition, question: Question) -> tuple[str, ...]:
    """Paths of the repeats around a question, the outermost first."""
    around = (r.path for r in definition.repeats if question.path.startswith(r.path + "/"))
    return tuple(sorted(around, key=len))
