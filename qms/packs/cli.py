"""Commands of the packs area."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from qms.config import instance_folder
from qms.core import clock
from qms.core.commands import Group
from qms.core.db import db
from qms.core.i18n import LANGUAGES
from qms.core.i18n import gettext as _
from qms.core.signing import SigningKey
from qms.packs.models import Chapter
from qms.packs.operations import ask_for_pack, fulfil
from qms.packs.verifying import Verdict, verify_pack
from qms.people.options import acting, as_json, day_option, unit_coded
from qms.people.queries import operator
from qms.standards.catalogue import EDITION_KEYS
from qms.standards.queries import edition_by_key

ANOTHERS = 3
"""The exit status of a whole pack that another installation signed."""
PUBLIC_KEY = re.compile("[0-9a-f]{64}", re.IGNORECASE)


@click.group(cls=Group)
def pack() -> None:
    """Evidence packs: make, verify."""


@pack.command()
@click.option("--unit", "units", multiple=True, required=True, metavar="CODE",
              help="A unit, with everything under it. May be given several times.")  # fmt: skip
@click.option("--standard", "standards", multiple=True, required=True,
              type=click.Choice(EDITION_KEYS), help="May be given several times.")  # fmt: skip
@day_option("--from", help="The first day of the period.")
@day_option("--to", help="The last day of the period.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Where the pack goes; nothing is overwritten.")  # fmt: skip
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="id", show_default=True,
              help="Of labels, headings and catalogues.")  # fmt: skip
@click.option("--chapters", multiple=True, type=click.Choice([one.value for one in Chapter]),
              help="Of report and workbook. May be given several times. Default: all."
              )  # fmt: skip
@click.option("--include-restricted", is_flag=True,
              help="With the restricted records that the maker may see, else left out."
              )  # fmt: skip
@day_option("--as-of", help="The day on which states are told. Default: the end, at most today.")
@click.option("--known-at", metavar="MOMENT",
              help="What was recorded later is left out, such as 2026-03-01T12:00. Default: now."
              )  # fmt: skip
@acting
def make(
    units: tuple[str, ...],
    standards: tuple[str, ...],
    out: Path,
    language: str,
    chapters: tuple[str, ...],
    include_restricted: bool,
    as_of: date | None,
    known_at: str | None,
    by: str | None,
    **period: date | None,
) -> None:
    """Make a pack, here and now, and keep it in the installation as well."""
    with told_if_unwritable():
        refuse_target(out)
    person = operator(by)
    start, end = period["from"], period["to"]
    if start is None or end is None:
        raise click.UsageError(_("Say the period with --from and --to."))
    asked = ask_for_pack(
        [unit_coded(person, code).id for code in units],
        [edition_by_key(key).id for key in standards],
        from_on=start,
        to_on=end,
        as_of=as_of,
        known_at=read_moment(known_at, person.district.timezone),
        language=language,
        chapters=[Chapter(one) for one in chapters] or tuple(Chapter),
        include_restricted=include_restricted,
        by=person,
        in_background=False,
    )
    db.session.commit()
    with told_if_unwritable():
        made = with_bar(lambda progress: fulfil(asked, by=person, progress=progress))
        db.session.commit()
        copy_to(made, out)
    click.echo(_("%(path)s: %(size)s bytes, SHA-256 %(hash)s",
                 path=out, size=asked.size, hash=asked.sha256))  # fmt: skip


@contextmanager
def told_if_unwritable() -> Iterator[None]:
    """A full disk and the like end as a sentence."""
    try:
        yield
    except OSError as error:
        message = _("The pack could not be written: %(why)s.", why=error.strerror)
        raise click.ClickException(message) from error


def refuse_target(path: Path) -> None:
    """Say before the work, not after it, that nothing can be put there."""
    if path.exists():
        raise is_there(path)
    if not path.parent.is_dir():
        message = _("There is no folder %(folder)s.", folder=path.parent)
        raise click.BadParameter(message, param_hint="--out")
    if not os.access(path.parent, os.W_OK):
        message = _("Nothing can be written to the folder %(folder)s.", folder=path.parent)
        raise click.BadParameter(message, param_hint="--out")


def is_there(path: Path) -> click.ClickException:
    message = _("%(path)s is there already. Nothing is overwritten.", path=path)
    return click.ClickException(message)


def read_moment(text: str | None, timezone: str) -> datetime | None:
    """A moment of the command line; without an offset it is the district's."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_("Write the moment as 2026-12-31T12:00.")) from None
    if moment.tzinfo is not None:
        return moment
    start = clock.start_of(moment.date(), timezone)
    return start + (moment - datetime.combine(moment.date(), datetime.min.time()))


def with_bar(work: Callable[[Any], Path]) -> Path:
    """Do it under a progress bar."""
    with click.progressbar(length=100, show_eta=False, item_show_func=lambda step: step) as bar:

        def progress(percent: int, step: str) -> None:
            db.session.commit()  # ends the read, so that nobody waits for this one
            bar.update(percent - bar.pos, step)

        path = work(progress)
        bar.update(100 - bar.pos, "")
    return path


def copy_to(source: Path, target: Path) -> None:
    """A copy that appears whole or not at all, and replaces nothing."""
    partial = target.with_name(f".qms-pack-{os.getpid()}")
    try:
        shutil.copyfile(source, partial)
        try:
            os.link(partial, target)  # fails if somebody put a file there meanwhile
        except FileExistsError:
            raise is_there(target) from None
        except OSError:  # a memory stick's file system knows no links
            if target.exists():
                raise is_there(target) from None
            partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def read_key(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """A public key of the command line."""
    if text is not None and not PUBLIC_KEY.fullmatch(text.strip()):
        raise click.BadParameter(_("A public key is 64 digits and letters from a to f."))
    return text


@pack.command(with_appcontext=False)
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", metavar="HEX", callback=read_key,
              help="The public key that must have signed it.")  # fmt: skip
@as_json
def verify(path: Path, key: str | None, as_json: bool) -> None:
    """Check a pack: every file, the manifest, the signature. Needs no database.

    Exit status: 0 if it is whole, 1 if anything was changed or the key is not the one after --key,
    2 if the command was mistyped, 3 if it is whole but signed by another installation than this.
    """
    own = None if key else own_key()
    verdict = verify_pack(path, key, own)
    if as_json:
        click.echo(json.dumps(verdict.as_json(), ensure_ascii=False, indent=1))
    else:
        tell(verdict, path, is_known=bool(key or own))
    if not verdict.is_whole:
        raise SystemExit(ANOTHERS if own and verdict.is_as_signed else 1)


def own_key() -> str | None:
    """The public key of the installation that this runs in; None if there is none."""
    folder = instance_folder()
    return SigningKey.of(folder).public_hex if (folder / "signing_key.pem").exists() else None


def tell(verdict: Verdict, path: Path, *, is_known: bool) -> None:
    """The verdict in sentences."""
    if not verdict.is_as_signed:
        for fault in verdict.faults:
            click.echo(f"✗ {fault.text}")
        click.echo(_("%(path)s is NOT as it was signed.", path=path.name))
        return
    click.echo(_("✓ %(n)s files are as they were signed.", n=verdict.files))
    click.echo(_("Pack %(number)s, %(district)s", number=verdict.number, district=verdict.district))
    for fault in verdict.faults:
        click.echo(f"✗ {fault.text}")
    if verdict.is_whole:
        click.echo(_("Signed with the key %(key)s", key=verdict.public_key))
    if not is_known:
        click.echo(_("Compare this key with the one that the agency has published (--key)."))
