"""Handing mail to an SMTP server, and what came of it.

`hand_over` tells apart what a server says of the address (refused), of the mail (failed), of the
moment (later), and the one case in which nobody knows: the whole mail was sent, and the line broke
before the server's word.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import partial

from qms.config import Settings
from qms.core.text import clean
from qms.reminders.outbox import Outcome

TIMEOUT = 20
"""Seconds for each answer of the server. All of a mail's answers together stay well below the time
after which its worker counts as lost (`queries.LOST`)."""
LONGEST_WORD = 300


class Unreachable(Exception):
    """The server does not answer, does not know us, or lets nobody send: nothing about one mail."""


@dataclass(frozen=True)
class Delivery:
    """How a try ended, and what the server said."""

    outcome: Outcome
    why: str | None = None


def can_send(settings: Settings) -> bool:
    """Whether this installation sends mail at all: it knows a server, and is no demo, whose people
    and addresses are invented."""
    return bool(settings.smtp_host) and not settings.demo


def domain_of(settings: Settings) -> str:
    """The domain of the sender, for Message-IDs."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A server that is ready to take mail. Raises Unreachable with what is wrong."""
    try:
        server = _connect(settings)
    except (OSError, smtplib.SMTPException) as problem:
        raise Unreachable(_in_words(problem)) from problem
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _connect(settings: Settings) -> smtplib.SMTP:
    host, port, secured = settings.smtp_host, settings.smtp_port, ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_tls == "tls":
        server = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=secured)
    else:
        server = smtplib.SMTP(
            host, port or (587 if settings.smtp_tls == "starttls" else 25), timeout=TIMEOUT
        )
    try:
        server.ehlo_or_helo_if_needed()
        if settings.smtp_tls == "starttls":
            server.starttls(context=secured)
            server.ehlo()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def hand_over(server: smtplib.SMTP, message: EmailMessage, address: str) -> Delivery:
    """Give one mail to a server. Raises Unreachable if the line breaks before the mail was sent."""
    sender = parseaddr(str(message["From"]))[1]
    try:
        content = _quoted(message.as_bytes(policy=SMTP))
        server.rset()
        for ask, fine, for_good in (
            (partial(server.mail, sender), (250,), Outcome.FAILED),
            (partial(server.rcpt, address), (250, 251), Outcome.REFUSED),
            (partial(server.docmd, "DATA"), (354,), Outcome.FAILED),
        ):
            code, said = ask()
            if code not in fine:
                return _refusal(code, said, for_good)
    except (OSError, smtplib.SMTPException) as problem:
        raise Unreachable(_in_words(problem)) from problem
    except ValueError as problem:  # letters in the address that this server has no way to write
        return Delivery(Outcome.REFUSED, _in_words(problem))
    try:
        server.send(content)
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as problem:
        return Delivery(Outcome.DOUBTFUL, _in_words(problem))
    return Delivery(Outcome.SENT) if code == 250 else _refusal(code, said, Outcome.FAILED)


def _quoted(content: bytes) -> bytes:
    """A mail as it goes over the line: a dot at the beginning of a line is doubled, and one alone
    ends it (RFC 5321, 4.5.2)."""
    dotted = b"." + content if content.startswith(b".") else content
    return dotted.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n") + b"\r\n.\r\n"


def _refusal(code: int, said: bytes | str, for_good: Outcome) -> Delivery:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    outcome = for_good if 500 <= code < 600 else Outcome.LATER
    return Delivery(outcome, _told(f"{code} {text}"))


def _in_words(problem: Exception) -> str:
    """What went wrong, as the server or the system says it."""
    if isinstance(problem, smtplib.SMTPResponseException):
        said = problem.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return _told(f"{problem.smtp_code} {text}")
    if isinstance(problem, socket.gaierror | ssl.SSLError | TimeoutError | ConnectionError):
        return _told(f"{type(problem).__name__}: {problem}")
    return _told(str(problem) or type(problem).__name__)


def _told(text: str) -> str:
    """One line that can be kept and shown."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return clean(line[:LONGEST_WORD])
