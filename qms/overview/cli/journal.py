"""Commands of the journal: verify it, sign a checkpoint."""

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from qms.core.db import db
from qms.core.journal import verifying
from qms.core.signing import SigningKey

WORDS = {
    "entry-missing": "an entry is missing here",
    "entry-changed": "this entry was changed after it was written",
    "payload-missing": "the content of this entry is gone, and no tombstone says why",
    "payload-changed": "the content of this entry was changed after it was written",
    "differs-from-checkpoint": "this entry is not the one that a signed checkpoint names",
    "checkpoint-forged": "a checkpoint's signature is not by this installation's key",
    "tail-cut-off": "entries after the last one are missing",
}


@click.group(cls=AppGroup)
def journal() -> None:
    """The journal: verify it, sign a checkpoint."""


def _key() -> SigningKey:
    return SigningKey.of(Path(current_app.config["QMS_INSTANCE"]))


def _log() -> Path:
    return Path(current_app.config["QMS_INSTANCE"]) / "checkpoints.log"


@journal.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object per chain.")
def verify(as_json: bool) -> None:
    """Check every chain from its first entry; name the first broken one.

    Ends with 1 if a chain is broken. Chain 0 is the installation's, the others are the districts'.
    """
    verdicts = [verifying.verify(chain, _key(), _log()) for chain in verifying.chains()]
    if as_json:
        click.echo(json.dumps([verdict.__dict__ for verdict in verdicts]))
    for verdict in verdicts if not as_json else []:
        if verdict.why is None:
            click.echo(f"chain {verdict.chain}: whole, {verdict.entries} entries")
        else:
            click.echo(
                f"chain {verdict.chain}: BROKEN at entry {verdict.broken_at}: {WORDS[verdict.why]}"
            )
    if not all(verdict.is_whole for verdict in verdicts):
        raise SystemExit(1)


@journal.command()
def checkpoint() -> None:
    """Sign the head of every chain that has grown, so that a cut-off tail would show.

    Run it daily, and keep checkpoints.log of the instance folder on another machine too.
    """
    made = verifying.checkpoint(_key(), _log())
    db.session.commit()
    for one in made:
        statement = one["statement"]
        click.echo(f"chain {statement['chain']}: {statement['sequence']} {statement['hash']}")
    if not made:
        click.echo("nothing new since the last checkpoint")
