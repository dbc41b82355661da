"""Accounts of the demo, which everybody's terminal and documents show, stay off the network."""

from server.services import services
from store.errors import Refusal


class DemoOnLan(Refusal):
    """An account of the demo is no way in from the network, unless that was asked for."""

    code = "demo_on_lan"


def admit(is_demo: bool) -> None:
    """Raises DemoOnLan. Called wherever somebody comes in: password, cookie, token, code."""
    if is_demo and services().settings.closed_to_demo:
        raise DemoOnLan("demo accounts are closed on the network; ask the office for your own")
