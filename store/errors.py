"""Refusals: every way the server says no has a name; the HTTP status is given in server/."""

from collections.abc import Mapping


class Refusal(Exception):
    """A named no: `code` is stable, for programs; `detail` is for people; `fields` point."""

    code = "refused"

    def __init__(self, detail: str = "", /, code: str | None = None, **fields: str) -> None:
        super().__init__(detail or code or self.code)
        self.code = code or type(self).code
        self.detail = detail
        self.fields: Mapping[str, str] = fields

    def with_fields(self, fields: Mapping[str, str]) -> "Refusal":
        """For field names that are not Python words, such as `ops[3].rec`."""
        self.fields = dict(fields)
        return self


class Invalid(Refusal):
    """The request can be read but not understood; `fields` say where."""

    code = "invalid_request"


class NotFound(Refusal):
    """There is no such thing, or none that this person may know of."""

    code = "not_found"


class Forbidden(Refusal):
    """The person is known and may not do this here."""

    code = "forbidden"


class Conflicting(Refusal):
    """The thing has moved on since it was read."""

    code = "conflict"
