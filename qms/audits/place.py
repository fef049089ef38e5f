"""What paper needs of the installation: its name in the codes."""

from pathlib import Path

from flask import current_app

from qms.audits.sheet_codes import installation_of
from qms.core.signing import SigningKey


def installation() -> str:
    """How the codes on paper name this installation."""
    return installation_of(SigningKey.of(Path(current_app.config["QMS_INSTANCE"])).key_id)
