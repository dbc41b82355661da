"""What may be asked, as frozen values: compiled once from XLSForm, published, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import cached_property
from typing import Any, Self


class QuestionType(Enum):
    """The types of XLSForm that this server understands."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "dateTime"
    TIME = "time"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    GEOPOINT = "geopoint"
    IMAGE = "image"
    FILE = "file"
    BARCODE = "barcode"
    ACKNOWLEDGE = "acknowledge"
    NOTE = "note"
    CALCULATE = "calculate"
    HIDDEN = "hidden"


class Policy(Enum):
    """How two devices' different values of one question meet."""

    FIRST = "first"
    """The first commit stands, the later value waits for a person."""
    LATEST = "latest"
    """The last commit stands."""
    MAX = "max"
    """The larger stands."""
    MIN = "min"
    """The smaller stands."""
    UNION = "union"
    """A three-way set: what either added stays, what either took away goes."""
    APPEND = "append"
    """Both, in commit order."""
    OFFICE = "office"
    """A supervisor's correction outranks."""


class Sensitivity(Enum):
    """How carefully a value is kept and shown."""

    P1 = "P1"
    """Id number, phone, bank account, disability: sealed, masked, unmasking is logged."""
    P2 = "P2"
    """Health, children under 14, place."""
    P3 = "P3"
    """Everything else about a person."""


class Source(Enum):
    """Where an answer comes from."""

    OBSERVED = "observed"
    """Seen by who visits."""
    TOLD = "told"
    """Said by somebody of the household or near it."""
    DOCUMENT = "document"
    """Read from a paper."""
    DEPARTMENT = "department"
    """Another office's data."""


class Subject(Enum):
    """Whose answers a filled form holds: told by its hidden question of that name."""

    HOUSEHOLD = "household"
    """The household's id stands in the question `household`."""
    VILLAGE = "village"
    """The village's official code stands in the question `village`."""
    NONE = "none"
    """Neither: it belongs to where whoever fills it in works."""


Text = Mapping[str, str]
"""{language: words}, languages `zh` and `en`."""


@dataclass(frozen=True)
class Choice:
    """One answer of a list."""

    name: str
    label: Text
    columns: Mapping[str, str] = field(default_factory=dict)
    """Further columns of its row, for filters and look-ups."""


@dataclass(frozen=True)
class Question:
    """One question of a form."""

    path: str
    type: QuestionType
    section: str = ""
    repeat: str | None = None
    label: Text = None  # type: ignore[assignment]
    hint: Text = None  # type: ignore[assignment]
    required: bool = False
    required_when: str | None = None
    """Where it is required only under a condition."""
    required_message: Text = None  # type: ignore[assignment]
    relevant: str | None = None
    constraint: str | None = None
    constraint_message: Text = None  # type: ignore[assignment]
    calculate: str | None = None
    choices: str | None = None
    choice_filter: str | None = None
    """The choices on offer, where they are not simply the list `choices`: an XPath of rows."""
    choice_value: str = ""
    """The column of such a row that is the answer; `name` where empty."""
    choice_label: str = ""
    """The column of its words; `label` where empty."""
    appearance: str = ""
    read_only: bool = False
    default: str | None = None
    initial: str | None = None
    """What is worked out once, when the form or the row begins."""
    kept_as: str = ""
    """What its words hold where they are more than words: geotrace, geoshape, rank."""
    least: float | None = None
    most: float | None = None
    """The ends of a range."""
    preload: str | None = None
    """What the device fills in by itself: `date today`, `property deviceid`."""
    policy: Policy = Policy.FIRST
    calculated: bool = False
    sensitivity: Sensitivity | None = None
    dataset: str | None = None
    save_to: str | None = None
    photo_role: str | None = None
    source: Source | None = None
    focus: bool = False
    """A field that the round is about."""
    was: str | None = None
    """Its path, or its name, in the version before."""
    rule: str | None = None
    """The rule of the pack's catalogue that its constraint, or its relevance, stands for."""
    level: str | None = None
    """B blocks on the phone, W warns there, S is looked at on the server."""
    about: str | None = None
    """Of a rule's own row: the question that it speaks of."""
    closed_by: str | None = None
    """The question that says of this one's topic "asked through, nothing changed"."""
    missing: str | None = None
    """unknown | refused: it lists the questions that have no answer, and why."""

    def __post_init__(self) -> None:
        for name in ("label", "hint", "required_message", "constraint_message"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, {})


@dataclass(frozen=True)
class Section:
    """A group or repeat: a page of the form."""

    path: str
    label: Text
    relevant: str | None = None
    repeat: bool = False
    count: str | None = None
    """How many rows a repeat has, where the form says so."""


@dataclass(frozen=True)
class EntityMap:
    """What a container of the form writes into the register."""

    dataset: str
    container: str
    """"" for the form itself, a repeat's path for one entity per row."""
    create_if: str | None = None
    """None: always. What ODK's `create_if` says, of an entity that is not there yet."""
    update_if: str | None = None
    """None: always. What `update_if` says, of one that is."""


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """One version of one form. Compared and hashed by identity: versions are parsed once."""

    form_id: str
    version: str
    title: Text
    languages: tuple[str, ...]
    unit_path: str
    questions: tuple[Question, ...]
    sections: tuple[Section, ...]
    entities: tuple[EntityMap, ...]
    choices: Mapping[str, tuple[Choice, ...]]
    root: str = "data"
    """The name of the outermost element, with which absolute paths begin."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """{id: file} of lists that come beside the form."""
    texts: Mapping[str, Text] = field(default_factory=dict)
    """Words that expressions ask for by name."""

    @cached_property
    def by_path(self) -> Mapping[str, Question]:
        return {question.path: question for question in self.questions}

    @cached_property
    def subject(self) -> Subject:
        """Read from the questions, so that versions published long ago have it, too."""
        named = self.by_path.get(self.unit_path)
        hidden = named is not None and named.type is QuestionType.HIDDEN
        return Subject(self.unit_path) if hidden else Subject.NONE

    @cached_property
    def is_visit(self) -> bool:
        """It asks how the door was found; all other forms are reviewed by nobody."""
        return any(path.rpartition("/")[2] == "outcome" for path in self.by_path)

    @cached_property
    def choice_names(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(c.name for c in each) for name, each in self.choices.items()}

    @cached_property
    def repeats(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.repeat)

    def question(self, path: str) -> Question:
        """The question at a definition path; raises KeyError."""
        return self.by_path[path]

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` gives an equal definition back."""
        plain = _plain(self)
        assert isinstance(plain, dict)
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for anything `to_json` did not make."""
        return cls(
            form_id=data["form_id"],
            version=data["version"],
            title=data["title"],
            languages=tuple(data["languages"]),
            unit_path=data["unit_path"],
            questions=tuple(_question(q) for q in data["questions"]),
            sections=tuple(Section(**s) for s in data["sections"]),
            entities=tuple(EntityMap(**e) for e in data["entities"]),
            choices={n: tuple(Choice(**c) for c in cs) for n, cs in data["choices"].items()},
            root=data.get("root", "data"),
            lists=data.get("lists", {}),
            texts=data.get("texts", {}),
        )


def _question(data: Mapping[str, Any]) -> Question:
    known = dict(data)
    known["type"] = QuestionType(known["type"])
    known["policy"] = Policy(known.get("policy", Policy.FIRST.value))
    if known.get("sensitivity"):
        known["sensitivity"] = Sensitivity(known["sensitivity"])
    if known.get("source"):
        known["source"] = Source(known["source"])
    return Question(**known)


_STANDING = {EntityMap: {"container"}, Section: {"label"}, Choice: {"label"}, Question: {"path"}}
"""Fields without a default: told even when empty."""

_LATER = frozenset({"root", "lists", "texts"})
"""Fields that versions published before know nothing of: told where they say something."""


def _plain(value: Any) -> Any:
    """JSON values; fields that equal their default are left out."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, FormDefinition):
        told = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return {k: v for k, v in told.items() if k not in _LATER or v not in ({}, "data")}
    if isinstance(value, Question | Section | EntityMap | Choice):
        told = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        standing = _STANDING.get(type(value), set())
        return {k: v for k, v in told.items() if k in standing or v not in (None, {}, "", False)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
