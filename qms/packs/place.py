"""Where packs lie, and what making one needs of the installation: its files and its key."""

from pathlib import Path
from uuid import UUID

from flask import current_app

from qms.core.signing import SigningKey


def instance() -> Path:
    return Path(current_app.config["QMS_INSTANCE"])


def path_of(uid: UUID) -> Path:
    """Where the ZIP of a pack lies once it is made."""
    return instance() / "packs" / f"{uid}.zip"


def signing_key() -> SigningKey:
    """The installation's key."""
    return SigningKey.of(instance())
