"""One visit document: 40 answers, four members, a fix, one photo named but not sent."""

import hashlib
import random
from typing import Any

from store import clock, ids

FORM, VERSION = "household_visit", "2026.3"
SURNAMES = "王李张刘陈杨赵黄周吴"
NAMES = "明芳军秀英强丽勇艳杰涛玲"


def chance(device: int) -> random.Random:
    return random.Random(device)


def op(unit: str, n: int, rng: random.Random) -> dict[str, Any]:
    """A first visit to a household, as a phone sends it."""
    rows = {_row(rng): _member(rng, place) for place in range(4)}
    lat, lon = 31.6 + rng.random() / 50, 107.9 + rng.random() / 50
    return {
        "op": ids.new(),
        "n": n,
        "rec": ids.new(),
        "type": "submission",
        "form": FORM,
        "form_v": VERSION,
        "base": None,
        "seen": {},
        "set": _answers(unit, lat, lon, rng),
        "rows": {"people/members": rows},
        "at": clock.now(),
        "uptime": 4000.0 + n,
        "fix": {"lat": lat, "lon": lon, "acc": 9.5},
    }


def _answers(unit: str, lat: float, lon: float, rng: random.Random) -> dict[str, Any]:
    wage, business, pension = rng.randrange(9000, 60000), rng.randrange(9000), rng.randrange(3000)
    total = wage + business + pension
    return {
        "household": unit,
        "door/outcome": "met",
        "door/arrived_at": clock.now(),
        "door/place": {"lat": lat, "lon": lon, "acc": 9.5},
        "notice/notice_read": "OK",
        "people/head_name": _name(rng),
        "people/met_who": "head",
        "people/registered_address": "东坡村三组十二号",
        "people/actual_address": "东坡村三组十二号",
        "people/size": 4,
        "income/wage": wage,
        "income/business": business,
        "income/property": 0,
        "income/dibao": 0,
        "income/pension": pension,
        "income/transfer_other": 800,
        "income/business_cost": 1200,
        "income/total": total + 800,
        "income/net": total - 400,
        "income/per_capita": round((total - 400) / 4, 2),
        "living/housing_grade": rng.choice("ABC"),
        "living/housing_defects": ["nothing"],
        "living/water_source": "tap",
        "evidence/photo_front": _photo("house_front", rng),
        "finish/problem": "no",
        "finish/remark": "房屋安全，饮水正常，孩子在校。",
    }


def _member(rng: random.Random, place: int) -> dict[str, Any]:
    return {
        "person": ids.new(),
        "full_name": _name(rng),
        "relation": f"{place + 1:02d}",
        "sex": rng.choice(["male", "female"]),
        "birth": f"{rng.randrange(1950, 2015)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}",
        "health": ["healthy"],
        "labour": "ordinary",
        "in_school": "no",
    }


def _name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(NAMES) + rng.choice(NAMES)


def _row(rng: random.Random) -> str:
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(8))


def _photo(role: str, rng: random.Random) -> dict[str, Any]:
    sha = hashlib.sha256(rng.randbytes(16)).hexdigest()
    told = {"sha256": sha, "size": 180_000, "mime": "image/jpeg"}
    return {**told, "role": role, "taken_at": clock.now()}
