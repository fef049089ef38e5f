"""Commands of the journal: verify it, sign a checkpoint."""

import json
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select

from qms.core.commands import Group
from qms.core.db import db
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.journal import verifying
from qms.core.journal.models import INSTALLATION
from qms.core.signing import SigningKey
from qms.units.models import District

WORDS = {
    "entry-missing": _l("an entry is missing here"),
    "entry-changed": _l("this entry was changed after it was written"),
    "payload-missing": _l("the content of this entry is gone, and no tombstone says why"),
    "payload-changed": _l("the content of this entry was changed after it was written"),
    "differs-from-checkpoint": _l("this entry is not the one that a signed checkpoint names"),
    "checkpoint-forged": _l("a checkpoint's signature is not by this installation's key"),
    "tail-cut-off": _l("entries after the last one are missing"),
}


@click.group(cls=Group)
def journal() -> None:
    """The journal: verify it, sign a checkpoint."""


def _key() -> SigningKey:
    return SigningKey.of(Path(current_app.config["QMS_INSTANCE"]))


def _log() -> Path:
    return Path(current_app.config["QMS_INSTANCE"]) / "checkpoints.log"


def _names() -> dict[int, str]:
    """What people call each chain: the installation's, and a district's by its name."""
    districts = db.session.execute(select(District.id, District.name))
    return {INSTALLATION: _("The installation"), **{row.id: row.name for row in districts}}


@journal.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object per chain.")
def verify(as_json: bool) -> None:
    """Check every chain from its first entry; name the first broken one.

    There is a chain for each district, and one for what belongs to the installation itself. Ends
    with 1 if one is broken.
    """
    names = _names()
    verdicts = [verifying.verify(chain, _key(), _log()) for chain in verifying.chains(_log())]
    if as_json:
        said = [{"name": names.get(one.chain, ""), **one.__dict__} for one in verdicts]
        click.echo(json.dumps(said, ensure_ascii=False))
    for verdict in verdicts if not as_json else []:
        click.echo(_told(names.get(verdict.chain, str(verdict.chain)), verdict))
    if not all(verdict.is_whole for verdict in verdicts):
        raise SystemExit(1)


def _told(name: str, verdict: verifying.Verdict) -> str:
    if verdict.why is None:
        whole = ngettext("%(num)s entry, whole", "%(num)s entries, whole", verdict.entries)
        return f"{name}: {whole}"
    return _(
        "%(name)s: BROKEN at entry %(sequence)s: %(why)s",
        name=name,
        sequence=verdict.broken_at,
        why=str(WORDS[verdict.why]),
    )


@journal.command()
def checkpoint() -> None:
    """Sign the head of every chain that has grown, so that a cut-off tail would show.

    Run it daily, and keep checkpoints.log of the instance folder on another machine too.
    """
    names = _names()
    made = verifying.checkpoint(_key(), _log())
    db.session.commit()
    for one in made:
        statement = one["statement"]
        click.echo(
            _(
                "%(name)s: signed up to entry %(sequence)s, %(hash)s",
                name=names.get(statement["chain"], str(statement["chain"])),
                sequence=statement["sequence"],
                hash=statement["hash"],
            )
        )
    if not made:
        click.echo(_("Nothing new since the last checkpoint."))
