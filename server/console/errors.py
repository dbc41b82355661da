"""What a person sees when the server says no."""

from typing import Any


def render(problem: dict[str, Any]) -> str:
    return str(problem["detail"])
