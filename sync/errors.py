"""What sync refuses a whole request for; an op's content is never among it."""

from store.errors import Refusal


class CursorInvalid(Refusal):
    """Not a cursor that this server gave to this person."""

    code = "cursor_invalid"


class CursorGone(Refusal):
    """A true cursor of a history that is no more: pull everything anew."""

    code = "cursor_gone"


class CursorAhead(CursorGone):
    """A true cursor knows more than this database: a backup was restored. The epoch has to end."""

    def __init__(self, epoch: str) -> None:
        super().__init__("this server's history was set back; pull everything", reset="all")
        self.epoch = epoch


class ProtocolTooOld(Refusal):
    """Pulling needs a newer app; pushing never does."""

    code = "protocol_too_old"


class DeviceMismatch(Refusal):
    """The body names another device than the token."""

    code = "device_mismatch"
