"""Makes one planned visit with a phone: opens, answers, takes the photos, finishes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from devices.clock import Journey, iso
from devices.drafts import Draft
from devices.fill import Doorstep, Question, fill, recalculate
from devices.itinerary import PlannedVisit, Twist
from devices.phone import Phone
from devices.photos import Fix, Lens, Scene, dark_photo, photo, signature_png
from devices.township import moved

FORM = "household_visit"
LENS = Lens(size=(1024, 768))
SCENES = {"house_front": Scene.HOUSE, "evidence": Scene.PAPER, "checked_thing": Scene.WATER}
FAR_AWAY = (1_600.0, -1_200.0)  # metres north and east: two kilometres


class Visitor:
    """One person with one phone. Started again after a kill, goes on where it was: ids, answers
    and photos follow from the plan."""

    def __init__(self, phone: Phone, journey: Journey, seed: str) -> None:
        self.phone, self._journey, self._seed = phone, journey, seed

    def household(self, hh_code: str) -> str:
        """The register's id of a household code, as far as this phone may see."""
        for record in self.phone.mirror.all("household"):
            if record.doc.get("set", {}).get("hh_code") == hh_code:
                return record.id
        raise LookupError(f"household {hh_code} is not in this phone's scope")

    def rec(self, visit: PlannedVisit) -> str:
        """The visit's record id: the same in every run."""
        self._journey.go_to(visit.arrive.timestamp())
        rec = self.phone.visits.new_id(f"visit/{visit.key}")
        self._journey.come_home()
        return rec

    def prepare(self, visit: PlannedVisit) -> Draft:
        """Open the visit now; what the register says later does not reach it."""
        return self.phone.visits.open(
            self.household(visit.household.hh_code), FORM, self.rec(visit)
        )

    def make(self, visit: PlannedVisit) -> str:
        """The whole visit, once; its record id."""
        draft = self.prepare(visit)
        if not draft.open:
            return draft.rec
        self._journey.go_to(visit.arrive.timestamp())
        fix = self._fix(visit)
        step = Doorstep(
            f"{self._seed}/{visit.household.hh_code}", visit.outcome, visit.arrive, fix, visit.given
        )
        form = self.phone.visits.form(draft.form, draft.form_v)
        fill(form, draft, step, lambda q, path: self._shoot(visit, draft, fix, q, path))
        self._journey.go_to((visit.arrive + timedelta(minutes=visit.minutes)).timestamp())
        sent = {**fix, "at": iso(visit.arrive.timestamp()), "mock": False} if fix else None
        if sent:
            sent.pop("alt")
        self.phone.visits.finish(draft, sent)
        self._journey.come_home()
        return draft.rec

    def mend(self, visit: PlannedVisit, answers: Mapping[str, Any], when: float) -> str | None:
        """A returned visit again: only the answers asked about change."""
        rec = self.rec(visit)
        self._journey.go_to(when)
        draft = self.phone.visits.reopen(rec)
        for path, value in answers.items():
            draft.set(path, value)
        form = self.phone.visits.form(draft.form, draft.form_v)
        recalculate(form, draft, visit.arrive.date().isoformat())
        op = self.phone.visits.finish(draft)
        self._journey.come_home()
        return op

    def _fix(self, visit: PlannedVisit) -> dict[str, Any] | None:
        """A position near the door, off by less than the accuracy it admits to."""
        if visit.twist is Twist.NO_FIX or visit.outcome == "phone":
            return None
        rng = random.Random(f"fix/{self._seed}/{visit.household.hh_code}")
        accuracy = round(rng.uniform(4, 16), 1)
        spot = (visit.household.lat, visit.household.lon)
        if visit.twist is Twist.FAR:
            spot = moved(spot, *FAR_AWAY)
        spread = accuracy * 0.6
        lat, lon = moved(spot, rng.uniform(-spread, spread), rng.uniform(-spread, spread))
        return {
            "lat": round(lat, 6), "lon": round(lon, 6), "alt": round(rng.uniform(820, 1180), 1),
            "acc": accuracy,
        }  # fmt: skip

    def _shoot(
        self,
        visit: PlannedVisit,
        draft: Draft,
        fix: Mapping[str, Any] | None,
        question: Question,
        path: str,
    ) -> None:
        role = question.get("photo_role") or "photo"
        if role == "signature":
            self._sign(visit, draft, path)
            return
        taken = visit.arrive + timedelta(minutes=4 + 3 * len(role) % 11)
        place = Fix(fix["lat"], fix["lon"], fix["acc"], fix["alt"]) if fix else None
        self.phone.visits.add_photo(
            draft,
            path,
            self._picture(visit, role, taken, place),
            taken_at=taken.isoformat(timespec="milliseconds"),
            gps={"lat": place.lat, "lon": place.lon, "acc": place.acc} if place else None,
            role=role,
        )

    def _sign(self, visit: PlannedVisit, draft: Draft, path: str) -> None:
        signed = visit.arrive + timedelta(minutes=visit.minutes - 1)
        self.phone.visits.add_photo(
            draft, path, signature_png(f"{self._seed}/{visit.key}"), mime="image/png",
            taken_at=signed.isoformat(timespec="milliseconds"), gps=None, role="signature",
        )  # fmt: skip

    def _picture(self, visit: PlannedVisit, role: str, taken: datetime, place: Fix | None) -> bytes:
        seed = f"{self._seed}/{visit.key}"
        if visit.twist is Twist.DARK and role == "checked_thing":
            return dark_photo(seed, taken, place, LENS)
        if visit.twist is Twist.REUSED and role == "house_front" and visit.before is not None:
            return self._front_of(visit.login, visit.before.hh_code)
        scene = SCENES.get(role, Scene.ROOM)
        upright = random.Random(f"{seed}/{role}").random() < 0.25
        return photo(scene, seed, taken, place, LENS, upright=upright)

    def _front_of(self, login: str, hh_code: str) -> bytes:
        """The very bytes of the front photo taken at the house before."""
        household = self.household(hh_code)
        for rec in self.phone.drafts.known():
            draft = self.phone.drafts.get(rec)
            if draft is None or draft.values.get("household") != household:
                continue
            front = draft.values.get("evidence/photo_front")
            if front is not None:
                return self.phone.media.read(front["sha256"])
        raise LookupError(f"{login} has no front photo of {hh_code}")
