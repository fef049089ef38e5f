"""What a mail says: subject, plain text and HTML, in the language of its person.

It is written at the moment of sending, so it holds what is true and seen then. What is restricted
is not named: a mailbox is not a place for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from flask import current_app

from qms.config import Settings
from qms.core import clock, dates
from qms.core.i18n import gettext as _
from qms.core.i18n import language, ngettext, speaking
from qms.people.models import Person
from qms.reminders.models import Mail, MailKind
from qms.reminders.queries import notices_of_mail
from qms.reminders.showing import Group, Line, grouped, lines_of

MOST = 30
"""Lines of a mail; more are on the page."""
LONGEST_SUBJECT = 120

Link = Callable[..., str]


class NoAddress(ValueError):
    """What is to be written to is no address."""


def link_of(public_url: str) -> Link:
    """link(endpoint, **values): the whole address of a page, as people reach the installation."""
    parts = urlsplit(public_url)
    adapter = current_app.url_map.bind(
        parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme
    )
    return lambda endpoint, **values: adapter.build(endpoint, values, force_external=True)


def letter_for(mail: Mail, person: Person, settings: Settings) -> EmailMessage | None:
    """The mail as it is now; None if nothing of it holds any more. Raises NoAddress."""
    with speaking(person.language):
        if mail.kind is MailKind.TEST:
            return trial_letter(mail.address, settings, person.district.name, mail.message_id)
        rows = notices_of_mail(mail, person, MOST + 1)
        lines = [_discreet(one) for one in lines_of(rows, person)]
        if not lines:
            return None
        return _reminder(mail, person, lines, settings)


def _discreet(line: Line) -> Line:
    """Nothing that is restricted is named in a mail, and nobody outside is quoted."""
    if line.is_quoted and not line.is_restricted:
        return replace(line, title=_("A complaint"))
    if not line.is_restricted:
        return line
    return replace(line, title=_("A confidential matter"), number="", unit="", why="")


@dataclass(frozen=True)
class Said:
    """What a mail says, before it is plain text or HTML. Links are (label, address)."""

    heading: str
    intro: str
    district: str
    button: tuple[str, str]
    day: str = ""
    groups: Sequence[Group] = ()
    more: str = ""
    about: str = ""
    choose: tuple[str, str] = ("", "")


def trial_letter(
    address: str, settings: Settings, district: str = "", message_id: str | None = None
) -> EmailMessage:
    """A mail that says only that mail arrives."""
    said = Said(
        _("A test of the mail"),
        _("This mail shows that QMS can send mail. Nothing needs to be done."),
        district,
        (_("Open QMS"), settings.public_url),
    )
    return _message(address, said, settings, message_id)


def _reminder(
    mail: Mail, person: Person, lines: Sequence[Line], settings: Settings
) -> EmailMessage:
    shown, more = lines[:MOST], len(lines) > MOST
    groups, link = grouped(shown), link_of(settings.public_url)
    district = person.district.name
    said = Said(
        subject_of(shown, groups, more=more),
        _("%(name)s, this is what has a day and waits for you.", name=person.name),
        district,
        (_("Open my notices"), link("reminders.index")),
        dates.long_day(person.district.today),
        groups,
        _("There is more. All of it is on the page of your notices.") if more else "",
        _(
            "You get this from QMS of %(district)s. How often mail comes is your own choice.",
            district=district,
        ),
        (_("Change it"), link("reminders.own")),
    )
    return _message(mail.address, said, settings, mail.message_id)


def subject_of(lines: Sequence[Line], groups: Sequence[Group], *, more: bool) -> str:
    """What it is about, in one line: of a single matter its number, of several how many."""
    if len(lines) == 1:
        (line,) = lines
        named = line.number or line.title
        said = f"{named}: {line.due[0]}"
        return _("Escalated: %(what)s", what=said) if line.level.is_escalation else said
    escalated = sum(line.level.is_escalation for line in lines)
    late = sum(line.is_late for line in lines if not line.level.is_escalation)
    coming = len(lines) - escalated - late
    told = (
        (escalated, ngettext("%(num)s escalated to you", "%(num)s escalated to you", escalated)),
        (late, ngettext("%(num)s late", "%(num)s late", late)),
        (coming, ngettext("%(num)s coming or waiting", "%(num)s coming or waiting", coming)),
    )
    said = ", ".join(text for count, text in told if count)
    return _("%(what)s, and more", what=said) if more else said


def _text(said: Said, link: Link) -> str:
    """The mail as plain text."""
    lines = [said.heading, *([said.day] if said.day else []), "", said.intro]
    for group in said.groups:
        lines += ["", group.label.upper()]
        for line in group.lines:
            named = " ".join(one for one in (line.number, _one_line(line.title)) if one)
            facts = " · ".join(one for one in (line.due[0], line.why, line.unit) if one)
            url = link(line.endpoint, uid=line.record_uid)
            lines += ["", f"* {named}", f"  {facts}", f"  {url}"]
    lines += ["", *([said.more] if said.more else []), f"{said.button[0]}: {said.button[1]}"]
    if said.about:
        lines += ["", "-- ", said.about, f"{said.choose[0]}: {said.choose[1]}"]
    return "\n".join(lines) + "\n"


def _html(said: Said, link: Link) -> str:
    """The mail as HTML. Its template looks at nothing but what it is given."""
    template = current_app.jinja_env.get_template("reminders/mail.html")
    return template.render(said=said, link=link, lang=language())


def _one_line(text: str) -> str:
    """Text of people as a header or a line of plain text holds it."""
    return " ".join(text.split())


def _message(address: str, said: Said, settings: Settings, message_id: str | None) -> EmailMessage:
    """The mail with its headers; no text of people's can add to them. Raises NoAddress."""
    message, link = EmailMessage(policy=SMTP), link_of(settings.public_url)
    name, sender = parseaddr(settings.mail_from)
    try:
        message["To"] = Address(addr_spec=address)
        address.encode("ascii")  # few servers know others
    except (ValueError, IndexError, MessageError) as problem:
        raise NoAddress(_("This is no address that mail can be sent to.")) from problem
    shown_as = _one_line(name) or f"QMS {_one_line(said.district)}".strip()
    message["From"] = Address(shown_as, addr_spec=sender)
    message["Subject"] = _subject(said.heading)
    message["Date"] = format_datetime(clock.now())
    if message_id:
        message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_text(said, link), cte="quoted-printable")
    message.add_alternative(_html(said, link), subtype="html", cte="quoted-printable")
    message["Content-Language"] = language()
    return message


def _subject(heading: str) -> str:
    line = _one_line(heading)
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"
