"""Why a start is refused, in one sentence, in both languages."""


class CannotStart(Exception):
    """The message is what the person at the terminal reads."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
