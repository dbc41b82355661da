"""The person and device behind a request, as a value that no longer needs the database."""

from dataclasses import dataclass

from flask import g

from server.auth.permissions import TABLE, Permission
from store.accounts import Role
from store.errors import Forbidden, NotFound, Refusal
from sync.scope import Given, Who


class NotSignedIn(Refusal):
    """Nobody is known behind this request."""

    code = "not_signed_in"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking. `device` is the phone, or the user's server-side device for a browser."""

    user: str
    login: str
    name: str
    lang: str
    device: str
    browser: bool
    grants: tuple[Given, ...]
    csrf: str = ""
    session_token: str = ""
    must_change: bool = False
    demo: bool = False

    def permits(self, permission: Permission) -> bool:
        return any(permission in TABLE[Role(g.role)] for g in self.grants)

    def may(self, permission: Permission, area_path: str) -> bool:
        """Whether a grant with this permission covers the area."""
        return any(
            permission in TABLE[Role(given.role)] and area_path.startswith(given.path)
            for given in self.grants
        )

    def who(self, office: bool = False) -> Who:
        return Who(self.user, self.device, self.grants, office or self.browser)

    @property
    def roles(self) -> list[str]:
        return sorted({given.role for given in self.grants})


def identity() -> Identity:
    """The identity of this request; raises NotSignedIn."""
    known: Identity | None = g.get("identity")
    if known is None:
        raise NotSignedIn("sign in first")
    return known


def require(permission: Permission, area_path: str | None) -> None:
    """Raises NotFound where even existence is not theirs to know, Forbidden otherwise."""
    who = identity()
    if area_path is None or not any(area_path.startswith(given.path) for given in who.grants):
        raise NotFound("there is no such thing, or none in your area")
    if not who.may(permission, area_path):
        raise Forbidden("your role does not include this", permission=permission.name.lower())
