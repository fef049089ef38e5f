"""Help of the command line, in the language of now.

Authors write it as click wants it: docstrings of commands, and `help=` of options. Those are
collected for the catalogue paragraph by paragraph (`help_extraction`), and looked up again when
help is written. So is what click itself says of a wrong option (`speak_our_language`).
"""

import inspect
import re
from collections.abc import Iterable
from typing import Any

import click

from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l

VERBATIM = "\b\n"
"""How click marks a paragraph whose lines stay as they are."""
FRAME = (
    _l("Commands"),
    _l("Options"),
    _l("Show this message and exit."),
    _l("Show the version and exit."),
    _l("required"),
)
"""What click itself writes into help."""
SAID = (
    _l("Aborted!"),
    _l("Error: {message}"),
    _l("Error: invalid input"),
    _l("Try '{command} {option}' for help."),
    _l("Invalid value: {message}"),
    _l("Invalid value for {param_hint}: {message}"),
    _l("Missing argument"),
    _l("Missing option"),
    _l("Missing parameter"),
    _l("Missing command."),
    _l("Choose from:\n\t{choices}"),
    _l("No such option {name!r}."),
    _l("No such command {name!r}."),
    _l("Did you mean {possibility}?"),
    _l("(Did you mean one of: {possibilities}?)"),
    _l("Got unexpected extra argument ({args})"),
    _l("Got unexpected extra arguments ({args})"),
    _l("Option {name!r} does not take a value."),
    _l("Option {name!r} requires an argument."),
    _l("{value!r} is not {choice}."),
    _l("{value!r} is not one of {choices}."),
    _l("{value!r} is not a valid {number_type}."),
    _l("{value} is not in the range {range}."),
    _l("{name} {filename!r} does not exist."),
    _l("{name} {filename!r} is a file."),
    _l("{name} {filename!r} is a directory."),
    _l("{name} {filename!r} is not readable."),
    _l("{name} {filename!r} is not writable."),
    _l("file"),
    _l("File"),
    _l("directory"),
    _l("Directory"),
    _l("path"),
    _l("Path"),
)
"""What click says of a command that was mistyped. It takes its sentences from gettext."""
WITH_EXTRA = re.compile(r"(.*?)(?:  \[([^\[\]]*)\])?", re.DOTALL)


def speak_our_language() -> None:
    """Let click look its sentences up where all others are; it offers no other way."""
    for module in (click.core, click.exceptions, click.parser, click.termui, click.types):
        module._ = _  # type: ignore[attr-defined]
        if hasattr(module, "ngettext"):
            module.ngettext = _counted  # type: ignore[attr-defined]


def _counted(one: str, many: str, number: int) -> str:
    return _(one if number == 1 else many)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each in one line unless its lines stay as they are."""
    found = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return [one if one.startswith(VERBATIM) else " ".join(one.split()) for one in found]


def translated(text: str) -> str:
    """A help text in the language of now."""
    return "\n\n".join(
        VERBATIM + _(one.removeprefix(VERBATIM)) if one.startswith(VERBATIM) else _(one)
        for one in paragraphs(text)
    )


class Formatter(click.HelpFormatter):
    """Writes help in the language of now."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_(heading))

    def write_text(self, text: str) -> None:
        super().write_text(translated(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **extra: Any) -> None:
        super().write_dl([(term, _told(said)) for term, said in rows], *args, **extra)


def _told(said: str) -> str:
    """The help of an option, with what click puts behind it in brackets."""
    match = WITH_EXTRA.fullmatch(said)
    assert match is not None
    text, extra = match.groups()
    if not extra:
        return translated(text)
    notes = (
        _("default: %(value)s", value=note.removeprefix("default: "))
        if note.startswith("default: ")
        else _(note)
        for note in extra.split("; ")
    )
    return f"{translated(text)}  [{'; '.join(notes)}]"


class Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command whose help speaks the language of now."""

    context_class = Context


def write_commands(formatter: click.HelpFormatter, rows: Iterable[tuple[str, Any]]) -> None:
    """The list of commands in a group's help: (name, help), of which the first sentence is told."""
    with formatter.section("Commands"):
        formatter.write_dl([(name, paragraphs(str(said))[0]) for name, said in rows])
