"""Commands of reminders and mail, for whoever has no worker, or tries the mail server."""

import click
from flask import current_app
from flask.cli import with_appcontext

from qms.config import Settings
from qms.core.commands import Group
from qms.core.errors import OutOfTurn
from qms.core.helptext import Command
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.reminders import post
from qms.reminders.jobs import forget_old, run_reminders, send_waiting
from qms.reminders.letters import NoAddress, trial_letter
from qms.reminders.outbox import Outcome


def _settings() -> Settings:
    """The settings, if mail can be sent."""
    settings: Settings = current_app.config["QMS_SETTINGS"]
    if not post.can_send(settings):
        raise OutOfTurn(
            _l(
                "No mail is sent from here: it is a demo, or QMS_SMTP_HOST, QMS_MAIL_FROM and "
                "QMS_PUBLIC_URL are not set."
            )
        )
    return settings


@click.group(cls=Group)
def remind() -> None:
    """Reminders of what is due: make them now."""


@remind.command(cls=Command)
@with_appcontext
def run() -> None:
    """Make the notices and mails that are due now.

    The worker does this every morning by itself. Run as often as you like: nobody is told the same
    thing twice.
    """
    counts = run_reminders()
    forget_old()
    click.echo(
        _(
            "%(people)s people looked at, %(notices)s notices and %(mails)s mails made.",
            **vars(counts),
        )
    )


@click.group(cls=Group)
def mail() -> None:
    """Mail: try the mail server, send what waits."""


@mail.command(cls=Command)
@click.argument("address")
@with_appcontext
def test(address: str) -> None:
    """Send a test mail to an address at once, and say what the mail server says."""
    settings = _settings()
    try:
        letter = trial_letter(address, settings)
        with post.connected(settings) as server:
            delivery = post.hand_over(server, letter, address)
    except (NoAddress, post.Unreachable) as problem:
        raise OutOfTurn(_("It was not sent: %(why)s", why=problem)) from problem
    if delivery.outcome is not Outcome.SENT:
        raise OutOfTurn(_("It was not sent: %(why)s", why=delivery.why or ""))
    click.echo(
        _("The server has taken it. See whether it arrives at %(address)s.", address=address)
    )


@mail.command(cls=Command)
@with_appcontext
def send() -> None:
    """Send the mail that waits.

    The worker does this all the time; this is for who runs none.
    """
    _settings()
    tries = 0
    while done := send_waiting():
        tries += done
    click.echo(_("%(n)s mails tried.", n=tries))
