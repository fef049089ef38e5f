"""A mail server, and an installation that sends through it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from qms.core import journal
from qms.core.db import db
from tests.cast import SYSTEM, Cast
from tests.reminders import mailbox as server

PEOPLE = ("officer", "head", "owner", "staff", "secretariat", "auditor", "administrator")


@pytest.fixture
def mailbox() -> Iterator[server.Mailbox]:
    """A mail server that runs during the test."""
    box = server.Mailbox()
    controller = server.start(box)
    box.port = controller.port  # type: ignore[attr-defined]
    yield box
    controller.stop()


@pytest.fixture
def sends(app: Any, cast: Cast, mailbox: server.Mailbox) -> Any:
    """The installation sends through this server, and its people have addresses."""
    app.config["QMS_SETTINGS"] = replace(
        app.config["QMS_SETTINGS"],
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,  # type: ignore[attr-defined]
        smtp_tls="none",
        mail_from="QMS <qms@uji.example>",
        public_url="https://qms.uji.example/mutu",
    )
    for name in PEOPLE:
        person = getattr(cast, name)
        person.mail = f"{name}@uji.example"
        journal.write("edit_person", person, by=SYSTEM)
    db.session.commit()
    return app.config["QMS_SETTINGS"]
