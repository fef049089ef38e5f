"""Groups of commands: each runs within the application, and its help speaks the language of now."""

import click
from flask.cli import AppGroup

from qms.core.helptext import Command, Context, write_commands


class Group(AppGroup):
    """A group of commands, in the order in which they are written."""

    context_class = Context
    command_class = Command

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.help or "") for name, command in self.commands.items()]
        write_commands(formatter, rows)
