"""The `qms` command, made of each area's commands."""

from typing import Any

import click
from flask.cli import FlaskGroup, with_appcontext

from qms import __version__, create_app
from qms.areas import COMMANDS
from qms.core.errors import Problem


class Commands(FlaskGroup):
    """Commands within the application. What a person can be told ends as a sentence."""

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


@click.group(
    cls=Commands,
    create_app=lambda: create_app(),
    add_version_option=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="qms")
def main() -> None:
    """QMS: ISO 9001 and ISO 37001 kept alive, for every agency unit of a district."""


def within_application(command: click.Command) -> click.Command:
    """The command, and those in a group, run within the application; but for those that say
    that they stand alone."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            within_application(one)
    elif command.callback is not None and not getattr(command.callback, "stands_alone", False):
        command.callback = with_appcontext(command.callback)
    return command


for command in COMMANDS:
    main.add_command(within_application(command))
