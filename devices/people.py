"""Made-up people: names from common words, id numbers of an area that does not exist."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum

# Codes of the shipped form's lists.
HEAD, SPOUSE, SON, DAUGHTER, GRANDCHILD, PARENT = "01", "02", "03", "04", "07", "08"
STAGES = ((3, "no"), (6, "pre"), (12, "primary"), (15, "junior"), (18, "senior"), (22, "college"))
YEAR = 2026  # ages are counted from here, so that a seed makes the same people every year
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭"
MALE = "国志建德福明文永春山林石松根发贵生全有来富强军勇海平树大成金银水火土木长安顺"
FEMALE = "秀桂兰英芳莲珍凤玉香梅花琴云霞翠娥菊春月淑素惠巧红燕萍静慧雪小禾满"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Role(Enum):
    CADRE = "cadre"  # visits the households paired with them
    VILLAGE_WORKER = "village_worker"  # visits the village's households
    VILLAGE_SUPERVISOR = "village_supervisor"
    TOWNSHIP_SUPERVISOR = "township_supervisor"
    COUNTY_SUPERVISOR = "county_supervisor"
    INSPECTOR = "inspector"  # reads all, edits nothing
    ADMIN = "admin"


@dataclass(frozen=True)
class Member:
    name: str
    relation: str
    sex: str
    birth: str
    id_number: str
    health: str
    labour: str
    in_school: str

    @property
    def age(self) -> int:
        return YEAR - int(self.birth[:4])


def family(rng: random.Random) -> tuple[Member, ...]:
    """One to six people: a head, perhaps a spouse, children, a parent, a grandchild."""
    surname = rng.choice(SURNAMES)
    age = rng.randint(34, 78)
    head_sex = "male" if rng.random() < 0.8 else "female"
    people = [_person(rng, surname, HEAD, head_sex, age)]
    if rng.random() < 0.78:
        other = "female" if head_sex == "male" else "male"
        people.append(_person(rng, rng.choice(SURNAMES), SPOUSE, other, age + rng.randint(-5, 4)))
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
        sex = rng.choice(("male", "female"))
        relation = SON if sex == "male" else DAUGHTER
        people.append(_person(rng, surname, relation, sex, max(1, age - rng.randint(22, 33))))
    if age > 52 and rng.random() < 0.4:
        people.append(
            _person(rng, surname, GRANDCHILD, rng.choice(("male", "female")), rng.randint(2, 15))
        )
    if age < 60 and rng.random() < 0.35:
        people.append(_person(rng, surname, PARENT, rng.choice(("male", "female")), age + 24))
    return tuple(people[:6])


def _person(rng: random.Random, surname: str, relation: str, sex: str, age: int) -> Member:
    given = MALE if sex == "male" else FEMALE
    name = surname + "".join(rng.sample(given, rng.choice((1, 2, 2))))
    birth = f"{YEAR - age:04d}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    school = _school(rng, age)
    health = rng.choices(("healthy", "chronic", "serious", "disabled"), (80, 12, 3, 5))[0]
    id_number = identity_number(rng, birth, sex)
    labour = _labour(rng, age, health, school)
    return Member(name, relation, sex, birth, id_number, health, labour, school)


def _school(rng: random.Random, age: int) -> str:
    if age >= 18 and rng.random() < 0.6:
        return "no"
    return next((stage for until, stage in STAGES if age < until), "no")


def _labour(rng: random.Random, age: int, health: str, school: str) -> str:
    if age < 16 or age > 65 or school != "no":
        return "none"
    if health in ("serious", "disabled"):
        return rng.choice(("weak", "lost"))
    return "skilled" if age < 45 and rng.random() < 0.3 else "ordinary"


def identity_number(rng: random.Random, birth: str, sex: str) -> str:
    """18 characters with a valid check character; the area 999901 belongs to nobody."""
    serial = rng.randrange(0, 500) * 2 + (1 if sex == "male" else 0)
    body = f"999901{birth.replace('-', '')}{serial:03d}"
    return body + check_character(body)


def check_character(body: str) -> str:
    """ISO 7064 MOD 11-2 over the first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def phone_number(rng: random.Random) -> str:
    """Eleven digits that look like a mobile number; 1999990 is nobody's block."""
    return f"1999990{rng.randrange(10_000):04d}"
