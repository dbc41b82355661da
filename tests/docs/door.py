"""A road without sockets, straight into the app; it can lose answers and cut bodies."""

from dataclasses import dataclass, field, replace

from flask import Flask

from devices.network import Answer, NetworkError, Request


@dataclass
class Door:
    """`lost`: how many answers never come; `cut`: how many PATCH bodies arrive by half."""

    app: Flask
    lost: int = 0
    cut: int = 0
    statuses: list[int] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        broken = self.lost > 0
        if self.cut and request.method == "PATCH":
            self.cut, broken = self.cut - 1, True
            request = replace(request, body=request.body[: len(request.body) // 2])
        elif broken:
            self.lost -= 1
        heard = self._ask(request)
        if broken:
            raise NetworkError("no answer came")
        return heard

    def _ask(self, request: Request) -> Answer:
        heard = self.app.test_client().open(
            request.path, method=request.method, headers=dict(request.headers), data=request.body
        )
        self.statuses.append(heard.status_code)
        headers = {name.lower(): value for name, value in heard.headers.items()}
        return Answer(heard.status_code, headers, heard.data)
