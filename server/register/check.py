"""Checking a workbook before anything is loaded: every fault with sheet, row and column."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from forms.definition import FormDefinition, QuestionType
from server.register.book import COLUMNS, Book, Fault, Line
from store.accounts import Role
from store.areas import Level

_CODE = re.compile(r"[0-9]{12,15}")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Known:
    """What the server has already: codes and logins that a workbook may refer to."""

    areas: Collection[str]
    logins: Collection[str]
    households: Collection[str]
    administrator: bool = True
    """Whether somebody is there in whose name the office may load."""


_BETWEEN = re.compile(r"[\s、，,；;]+")


def chosen(definition: FormDefinition, path: str, text: str) -> list[str]:
    """The codes of a cell with one or several answers; a word that is no answer stays itself."""
    known = choices(definition, path)
    words = [text] if text in known else [word for word in _BETWEEN.split(text) if word]
    return [known.get(word, word) for word in words]


def choices(definition: FormDefinition, path: str) -> Mapping[str, str]:
    """{code or label in either language: code} of a choice question."""
    question = definition.question(path)
    listed = definition.choices.get(question.choices or "", ())
    return {word: c.name for c in listed for word in (c.name, *c.label.values())}


def check(book: Book, definition: FormDefinition, known: Known) -> list[Fault]:
    checker = _Checker(book, definition, known)
    checker.administered(book)
    for sheet in COLUMNS:
        for line in book.get(sheet, ()):
            checker.filled(sheet, line)
            getattr(checker, sheet)(line)
    return checker.faults


def id_number_fault(number: str) -> str:
    """What is wrong with an 18-character id number (GB 11643); empty when nothing is."""
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", number):
        return "an id number has 18 characters"
    total = sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True))
    if "10X98765432"[total % 11] != number[17].upper():
        return "the id number's last character does not fit the others"
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "the id number's date of birth does not exist"
    return ""


def person_key(line: Line) -> tuple[str, ...]:
    """By what a later import knows a member again: the id number, else name, birth, relation."""
    if line["id_number"]:
        return line["hh_code"], line["id_number"].upper()
    return line["hh_code"], line["name"], line["birth"][:10], line["relation"]


class _Checker:
    def __init__(self, book: Book, definition: FormDefinition, known: Known) -> None:
        self.faults: list[Fault] = []
        self.definition = definition
        self.known_areas = set(known.areas)
        self.seen: dict[str, set[str]] = {"login": set(), "hh_code": set(), "code": set()}
        self.logins = set(known.logins) | {line["login"] for line in book.get("staff", ())}
        self.here = {line["hh_code"] for line in book.get("households", ())}
        self.codes = set(known.households) | self.here
        self.people: set[tuple[str, ...]] = set()
        self.administrator = known.administrator

    def administered(self, book: Book) -> None:
        if not self.administrator and not any(s["role"] == "admin" for s in book.get("staff", ())):
            told = "an administrator (role admin) must be in it or on the server"
            self.faults.append(Fault("staff", 0, "role", told))

    def fault(self, sheet: str, line: Line, column: str, words: str) -> None:
        self.faults.append(Fault(sheet, line.row, column, words))

    def filled(self, sheet: str, line: Line) -> None:
        for field, _, must in COLUMNS[sheet]:
            if must and not line[field]:
                self.fault(sheet, line, field, "is empty")
            if len(line[field]) > 200:
                self.fault(sheet, line, field, "has more than 200 characters")

    def once(self, sheet: str, line: Line, field: str) -> None:
        if line[field] in self.seen[field]:
            self.fault(sheet, line, field, f"{line[field]} stands twice")
        self.seen[field].add(line[field])

    def areas(self, line: Line) -> None:
        self.once("areas", line, "code")
        if not _CODE.fullmatch(line["code"]):
            self.fault("areas", line, "code", "12 digits (a group has 2 or 3 more)")
        if line["level"] not in {level.value for level in Level}:
            self.fault("areas", line, "level", "county, township, village or group")
        if line["parent"] and line["parent"] not in self.known_areas:
            self.fault("areas", line, "parent", f"{line['parent']} stands in no row above")
        self.known_areas.add(line["code"])

    def staff(self, line: Line) -> None:
        self.once("staff", line, "login")
        if not _LOGIN.fullmatch(line["login"]):
            self.fault("staff", line, "login", "2 to 40 of a-z, 0-9, dot, dash, underscore")
        if line["role"] not in {role.value for role in Role}:
            self.fault("staff", line, "role", "one of " + ", ".join(r.value for r in Role))
        if len(line["name"]) > 100:
            self.fault("staff", line, "name", "has more than 100 characters")
        self.area("staff", line, "area")
        self.phone("staff", line)

    def area(self, sheet: str, line: Line, field: str) -> None:
        if line[field] and line[field] not in self.known_areas:
            self.fault(sheet, line, field, f"there is no area {line[field]}")

    def phone(self, sheet: str, line: Line) -> None:
        if line["phone"] and not _PHONE.fullmatch(line["phone"]):
            self.fault(sheet, line, "phone", "a mobile number has 11 digits and begins with 1")

    def households(self, line: Line) -> None:
        self.once("households", line, "hh_code")
        self.area("households", line, "village")
        self.area("households", line, "group")
        if line["group"] and not line["group"].startswith(line["village"]):
            self.fault("households", line, "group", f"is no group of the village {line['village']}")
        self.phone("households", line)
        for field in ("housing_grade", "water_source"):
            self.choice("households", line, field, f"facts/{field}")
        self.place(line)

    def place(self, line: Line) -> None:
        given = [line[field] for field in ("lat", "lon")]
        if not any(given):
            return
        for field, most in (("lat", 90.0), ("lon", 180.0), ("anchor_acc", 1000.0)):
            value = _number(line[field] or ("20" if field == "anchor_acc" else ""))
            if value is None or abs(value) > most:
                self.fault("households", line, field, f"a number up to {most:.0f}")

    def choice(self, sheet: str, line: Line, field: str, path: str) -> None:
        question = self.definition.question(path)
        codes = self.definition.choice_names[question.choices or ""]
        told = chosen(self.definition, path, line[field])
        strange = [word for word in told if word not in codes]
        if strange:
            self.fault(sheet, line, field, f"{' '.join(strange)} is not a choice of the form")
        elif len(told) > 1 and question.type is not QuestionType.SELECT_MULTIPLE:
            self.fault(sheet, line, field, "takes one choice")

    def members(self, line: Line) -> None:
        self.household_of("members", line)
        if line["hh_code"] in self.codes - self.here:
            told = f"the household {line['hh_code']} must stand in the sheet households, too"
            self.fault("members", line, "hh_code", told)
        if person_key(line) in self.people:
            self.fault("members", line, "name", f"{line['name']} stands twice in this household")
        self.people.add(person_key(line))
        for field in MEMBER_CHOICES:
            self.choice("members", line, field, f"members/{field}")
        if line["birth"] and _day(line["birth"]) is None:
            self.fault("members", line, "birth", "a date like 1980-01-31")
        wrong = id_number_fault(line["id_number"]) if line["id_number"] else ""
        if wrong:
            self.fault("members", line, "id_number", wrong)

    def household_of(self, sheet: str, line: Line) -> None:
        if line["hh_code"] and line["hh_code"] not in self.codes:
            self.fault(sheet, line, "hh_code", f"there is no household {line['hh_code']}")

    def pairings(self, line: Line) -> None:
        self.household_of("pairings", line)
        if line["from"] and _day(line["from"]) is None:
            self.fault("pairings", line, "from", "a date like 2026-01-31")
        if line["login"] and line["login"] not in self.logins:
            self.fault("pairings", line, "login", f"there is nobody with the login {line['login']}")


MEMBER_CHOICES = ("relation", "sex", "health", "labour", "in_school")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
