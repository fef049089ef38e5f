"""The server that listens: waitress, told how much one request may carry.

waitress itself would write a body of up to a gigabyte to the disk before the application is asked.
Here a body that the application refuses anyway is thrown away as it comes, and the application is
asked without it: so who sent it reads the application's own page, in their language. A client that
asks first whether it may send (`Expect: 100-continue`) is answered at once.
"""

from io import BytesIO
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import BaseWSGIServer


def listening(app: Any, **how: Any) -> Any:
    """A server of the application, not running yet; `how` as `waitress.create_server` takes it."""
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, **how)
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = channel_for(app.config["MAX_CONTENT_LENGTH"])
    return server


def channel_for(limit: int) -> type[HTTPChannel]:
    """A channel that keeps no body of more than so many bytes."""

    class Parser(HTTPRequestParser):
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if self.content_length <= limit:
                return
            self.headers["CONNECTION"] = "close"
            if self.expect_continue:  # it is still to be sent: the answer comes first
                self.__dict__.update(expect_continue=False, body_rcv=None)
            else:
                self.__dict__.update(body_rcv=FixedStreamReceiver(self.content_length, Nothing()))

    class Channel(HTTPChannel):
        parser_class = Parser

    return Channel


class Nothing:
    """A buffer that forgets what is put into it."""

    def append(self, _data: bytes) -> None:
        pass

    def __len__(self) -> int:
        return 0

    def getfile(self) -> Any:
        return BytesIO()

    def close(self) -> None:
        pass
