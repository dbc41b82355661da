"""The form's own shape: where each question, group and repeat stands, once per version."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms.definition import FormDefinition, Question, Section


@dataclass(eq=False, slots=True)
class Place:
    """A question, group or repeat; its nodes in a document are found by its number."""

    name: str
    number: int
    parent: "Place | None" = None
    path: str = ""
    """Its definition path; "" for the form itself."""
    inner: str = ""
    """The path within the innermost row around it."""
    repeat: bool = False
    repeated: bool = False
    """It stands in a repeat, or is one: there may be many of it."""
    question: Question | None = None
    section: Section | None = None
    kids: list["Place"] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    """{name: place among the kids}"""

    def kid(self, name: str) -> "Place | None":
        index = self.index.get(name)
        return None if index is None else self.kids[index]

    def below(self) -> Iterator["Place"]:
        """Every place in it, in the order of the form."""
        for kid in self.kids:
            yield kid
            yield from kid.below()

    def above(self) -> Iterator["Place"]:
        """The groups and repeats around it, the innermost first, the form last."""
        here = self.parent
        while here is not None:
            yield here
            here = here.parent


def places(definition: FormDefinition) -> list[Place]:
    """Every place of a form by its number; the form itself is number 0."""
    sections = {section.path: section for section in definition.sections}
    found = [Place(definition.root, 0)]
    by_path = {"": found[0]}
    for question in definition.questions:
        _make(question.path, sections, found, by_path).question = question
    for path in sections:
        _make(path, sections, found, by_path)
    return found


def _make(
    path: str, sections: dict[str, Section], found: list[Place], by_path: dict[str, Place]
) -> Place:
    known = by_path.get(path)
    if known is not None:
        return known
    above, _, name = path.rpartition("/")
    parent = _make(above, sections, found, by_path)
    section = sections.get(path)
    repeat = section is not None and section.repeat
    place = Place(
        name=name,
        number=len(found),
        parent=parent,
        path=path,
        inner=name if parent.repeat or not parent.path else f"{parent.inner}/{name}",
        repeat=repeat,
        repeated=repeat or parent.repeated,
        section=section,
    )
    parent.index[name] = len(parent.kids)
    parent.kids.append(place)
    found.append(place)
    by_path[path] = place
    return place
