"""The manifest: what a pack is, and every file in it with its hash; and its signature."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qms.core.journal.models import INSTALLATION, JournalCheckpoint, JournalEntry
from qms.core.signing import SigningKey
from qms.packs.about import About
from qms.packs.content import Content
from qms.packs.format import FORMAT, FORMAT_VERSION, SIGNATURE_HEAD, Entry


def facts(content: Content, heads: list[dict[str, Any]]) -> dict[str, Any]:
    """What the pack is about, with nothing that changes when it is made again."""
    about, others = content.about, content.reader.others
    restricted = about.restricted_unit_ids | {one for one in others if others[one]}
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "pack": str(about.uid),
        "number": about.number,
        "asked_by": {"uid": str(about.person_uid), "name": about.person_name},
        "district": {
            "uid": str(about.district_uid),
            "code": about.district_code,
            "name": about.district_name,
            "timezone": about.timezone,
        },
        "units": [
            {
                "uid": str(about.tree[one].uid),
                "code": about.tree[one].code,
                "name": content.reader.units.get(one, ""),
            }
            for one in about.unit_ids
        ],
        "further_units": sorted(str(about.tree[one].uid) for one in others),
        "covers": sorted(str(about.tree[one].uid) for one in about.all_unit_ids),
        "editions": [{"key": one.key, "code": one.code} for one in about.editions],
        "from": about.from_on.isoformat(),
        "to": about.to_on.isoformat(),
        "as_of": about.as_of.isoformat(),
        "known_at": about.known_at.isoformat(),
        "language": about.language,
        "chapters": [one.value for one in about.chapters],
        "restricted_units": sorted(str(about.tree[one].uid) for one in restricted),
        "restricted_left_out": content.reader.restricted if about.leaves_out_restricted else {},
        "journal": heads,
    }


def journal_heads(session: Session, about: About) -> list[dict[str, Any]]:
    """The head of the district's chain, and of the installation's, at the moment of the pack, each
    with the last signed checkpoint before it."""
    found: list[dict[str, Any]] = []
    for chain in (INSTALLATION, about.district_id):
        head = session.execute(
            select(JournalEntry.sequence, JournalEntry.hash)
            .where(JournalEntry.chain == chain, JournalEntry.at <= about.known_at)
            .order_by(JournalEntry.sequence.desc())
            .limit(1)
        ).one_or_none()
        if head is None:
            continue
        one: dict[str, Any] = {"chain": chain, "sequence": head.sequence, "hash": head.hash}
        signed = session.scalar(
            select(JournalCheckpoint)
            .where(JournalCheckpoint.chain == chain, JournalCheckpoint.at <= about.known_at)
            .order_by(JournalCheckpoint.sequence.desc())
            .limit(1)
        )
        if signed is not None:
            one["checkpoint"] = {
                "sequence": signed.sequence,
                "hash": signed.hash,
                "at": signed.at.isoformat(),
                "key_id": signed.key_id,
                "signature": signed.signature,
            }
        found.append(one)
    return found


def manifest_text(stated: dict[str, Any], entries: Iterable[Entry]) -> bytes:
    """manifest.json: the facts and the files by path, always the same bytes for the same."""
    files = [asdict(one) for one in sorted(entries, key=lambda one: one.path)]
    text = json.dumps({**stated, "files": files}, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def signature_text(manifest: bytes, key: SigningKey) -> bytes:
    """manifest.sig: lines of name and value, for programs and for eyes."""
    return (
        f"{SIGNATURE_HEAD}\n"
        "algorithm: Ed25519\n"
        f"key-id: {key.key_id}\n"
        f"public-key: {key.public_hex}\n"
        f"signature: {key.sign(manifest)}\n"
    ).encode()


def sums_text(entries: Iterable[Entry]) -> bytes:
    """SHA256SUMS.txt, as sha256sum -c reads it."""
    lines = [f"{one.sha256}  {one.path}\n" for one in sorted(entries, key=lambda one: one.path)]
    return "".join(lines).encode()
