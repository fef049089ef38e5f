"""The `qms` command: each of the areas' commands is loaded when it is run, and not before.

Loading all areas takes seconds, so what `qms --help` says stands here.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from qms import __version__, config
from qms.core.errors import Problem
from qms.core.helptext import Context, speak_our_language, write_commands
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import speaking


@dataclass(frozen=True)
class Later:
    """A command that is not loaded yet: where it is, and the first sentence of its help.

    `begins`: it may run where there is no installation yet. `upgrades`: it brings an older schema
    up to date itself. `needs_pages`: it serves them, or does what pages ask for.
    """

    module: str
    help: Any
    name: str = ""
    begins: bool = False
    upgrades: bool = False
    needs_pages: bool = False

    def load(self, name: str) -> click.Command:
        """The command itself. `name` is what people type."""
        command = getattr(import_module(self.module), self.name or name)
        assert isinstance(command, click.Command)
        return command


COMMANDS = {
    "init": Later(
        "qms.web.init",
        _l(
            "Make an empty installation: schema, standards, a district and its first administrator."
        ),
        begins=True,
    ),
    "serve": Later(
        "qms.web.cli",
        _l("Serve on QMS_HOST:QMS_PORT (127.0.0.1:8000), with one worker for background jobs."),
        upgrades=True,
        needs_pages=True,
    ),
    "worker": Later(
        "qms.web.cli",
        _l("Work on background jobs beside the server, until stopped."),
        needs_pages=True,
    ),
    "districts": Later(
        "qms.people.district_cli", _l("Districts of the installation: list, found.")
    ),
    "units": Later(
        "qms.people.unit_cli", _l("Units of a district: list, open, rename, move, close, services.")
    ),
    "people": Later("qms.people.cli", _l("People, appointments, roles and accounts.")),
    "standards": Later("qms.standards.cli", _l("The shipped standards: load, list.")),
    "import": Later(
        "qms.imports.cli",
        _l("Bring in units, documents and findings from an Excel or CSV file."),
        name="import_",
    ),
    "pack": Later("qms.packs.cli", _l("Evidence packs: make, verify.")),
    "journal": Later(
        "qms.overview.cli.journal",
        _l("The journal: verify it, sign a checkpoint, erase what the law wants erased."),
    ),
    "backup": Later(
        "qms.overview.cli.backup", _l("Write everything (database, files, keys) into one ZIP.")
    ),
    "restore": Later(
        "qms.overview.cli.backup",
        _l("Fill an empty installation (either database) from a backup, and verify its journal."),
        begins=True,
    ),
    "housekeeping": Later(
        "qms.overview.cli.housekeeping",
        _l("Sweep away uploads that no record names, and old sessions and failed sign-ins."),
    ),
    "remind": Later("qms.reminders.cli", _l("Reminders of what is due: make them now.")),
    "mail": Later(
        "qms.reminders.cli", _l("Mail: try the mail server, send what waits."), needs_pages=True
    ),
    "demo": Later(
        "qms.demo.cli",
        _l("Fill an empty installation with the demo district, once."),
        begins=True,
    ),
    "run-demo": Later(
        "qms.demo.cli",
        _l("Fill the demo district if it is not there yet, and serve it."),
        name="run_demo",
        begins=True,
        needs_pages=True,
    ),
}


class Commands(click.Group):
    """The commands above. What a person can be told ends as a sentence, in the installation's
    language."""

    context_class = Context

    def main(self, *args: Any, **extra: Any) -> Any:
        speak_our_language()
        with speaking(config.load(config.instance_folder()).language):
            return super().main(*args, **extra)

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return COMMANDS[name].load(name) if name in COMMANDS else None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        write_commands(formatter, ((name, later.help) for name, later in COMMANDS.items()))

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(context, args)
        if context.obj is None and name in COMMANDS:
            opening, later = import_module("qms.opening"), COMMANDS[name]
            context.obj = opening.for_command(
                begins=later.begins, upgrades=later.upgrades, needs_pages=later.needs_pages
            )
        return name, command, rest

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except Problem as problem:
            details = "".join(
                f"\n  {name}: {message}"
                for name, message in getattr(problem, "fields", {}).items()
                if str(message) != str(problem)
            )
            raise click.ClickException(f"{problem}{details}") from problem
        except Exception as problem:
            if (why := _unanswered(problem)) is None:
                raise
            raise click.ClickException(
                _(
                    "The database does not answer: %(why)s. See that it runs, and that "
                    "QMS_DATABASE_URL says where.",
                    why=why,
                )
            ) from problem


def _unanswered(problem: Exception) -> str | None:
    """What the database's driver says if no connection came about; None for any other problem.
    Nothing is loaded for this: who never loaded SQLAlchemy has no such problem."""
    library = sys.modules.get("sqlalchemy.exc")
    if library is None or not isinstance(problem, library.OperationalError) or problem.statement:
        return None
    return str(problem.orig).splitlines()[0].strip()


main = Commands(
    "qms",
    COMMANDS,  # type: ignore[arg-type]  # loaded by get_command
    help=_l("QMS: ISO 9001 and ISO 37001 kept alive, for every agency unit of a district."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
click.version_option(__version__, prog_name="qms")(main)
