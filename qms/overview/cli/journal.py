"""Commands of the journal: verify it, sign a checkpoint, erase what the law wants erased."""

import json
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import select

from qms.core.commands import Group
from qms.core.db import Record, db
from qms.core.errors import Missing, Refused
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.journal import erasing, verifying
from qms.core.journal.models import INSTALLATION
from qms.core.signing import SigningKey
from qms.core.uids import read_uid
from qms.overview.operations import erase_history
from qms.people import sessions
from qms.people.models import Person
from qms.units.models import District

WORDS = {
    "entry-missing": _l("an entry is missing here"),
    "entry-changed": _l("this entry was changed after it was written"),
    "payload-missing": _l("the content of this entry is gone, and no tombstone says why"),
    "erasing-untold": _l("the content of this entry is gone, and no later entry tells of it"),
    "payload-changed": _l("the content of this entry was changed after it was written"),
    "differs-from-checkpoint": _l("this entry is not the one that a signed checkpoint names"),
    "checkpoint-forged": _l("a checkpoint's signature is not by this installation's key"),
    "tail-cut-off": _l("entries after the last one are missing"),
}


@click.group(cls=Group)
def journal() -> None:
    """The journal: verify it, sign a checkpoint, erase what the law wants erased."""


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
@click.option("--kind", help="What kind of record, as in the journal: person, evidence, finding.")
@click.option("--uid", help="The record's uid, as in its address.")
@click.option("--entry", type=int, metavar="NUMBER", help="Only this entry, by its number.")
@click.option("--reason", prompt=_l("Reason"), help="Which law or decision; kept for good.")
@click.option("--by", "first", prompt=_l("Administrator"), metavar="USERNAME", help="Who does it.")
@click.option("--second", prompt=_l("Second person"), metavar="USERNAME", help="Who agrees.")
def erase(
    kind: str | None, uid: str | None, entry: int | None, reason: str, first: str, second: str
) -> None:
    """Erase what the journal told of a record, where the law wants it erased.

    What the record says now stays: correct it first, then erase what it said before, with --kind
    and --uid, or one earlier entry of the district with --entry. The entries stay in their chain
    without their content, with the reason and the names of both persons, who type their passwords.
    """
    by, agrees = _recognised(first), _recognised(second)
    record = _meant(by, kind, uid, entry)
    count = erase_history(record, reason=reason, by=by, second=agrees, sequence=entry)
    db.session.commit()
    click.echo(ngettext("%(num)s entry is erased.", "%(num)s entries are erased.", count))


def _recognised(user_name: str) -> Person:
    """The person who types their password now. A one-time password does not count: who gave it
    knows it."""
    password = click.prompt(_("Password of %(name)s", name=user_name), hide_input=True)
    try:
        person = sessions.recognise(user_name, password, address="console")
    finally:
        db.session.commit()  # a failed attempt counts
    if person.account is not None and person.account.must_change:
        raise Refused(_("%(name)s must first sign in and change the password.", name=person.name))
    return person


def _meant(by: Person, kind: str | None, uid: str | None, entry: int | None) -> Record:
    if kind is None and uid is None and entry is not None:
        return erasing.record_told_of(by.district_id, entry)
    found = read_uid(uid or click.prompt(_("uid of the record")))
    if found is None:
        raise Missing(_("There is no such record."))
    return erasing.record_named(kind or click.prompt(_("Kind of record")), found)


@journal.command()
def checkpoint() -> None:
    """Sign the head of every chain that has grown, so that a cut-off tail would show.

    The worker does this every day by itself. Keep checkpoints.log of the instance folder on
    another machine too.
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
