"""A real mail server on this machine, which keeps what it takes."""

import socket
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

ACCEPTED = "250 OK"
Answer = Callable[[str], str]


class Mailbox:
    """The server. `answers` may refuse: address -> what it says to RCPT. With `breaks_off`, it
    takes so many mails and breaks the line before it says so."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.breaks_off = 0
        self.user: tuple[bytes, bytes] | None = None

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        said = self.answers.get(address, ACCEPTED)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        message.envelope = list(envelope.rcpt_tos)  # type: ignore[attr-defined]
        self.mails.append(message)
        if self.breaks_off:
            self.breaks_off -= 1
            server.transport.close()
        return ACCEPTED

    def authenticate(self, *given: Any) -> AuthResult:
        said = given[-1]
        is_right = isinstance(said, LoginPassword) and (said.login, said.password) == self.user
        return AuthResult(success=is_right, handled=is_right)

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, in the order in which they came."""
        return [str(one["Message-ID"]) for one in self.mails]

    def to(self, address: str) -> list[EmailMessage]:
        return [one for one in self.mails if one.envelope == [address]]  # type: ignore[attr-defined]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """One of the two texts of a mail."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def start(mailbox: Mailbox, **given: Any) -> Controller:
    """A server with this mailbox on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **given)
    controller.start()
    return controller
