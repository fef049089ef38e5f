"""Identifiers that may be made anywhere: UUID version 7, which sorts by time of making."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_uid() -> UUID:
    """A new UUIDv7."""
    return uuid7()


def read_uid(text: str) -> UUID | None:
    """The uid that a text spells, or None."""
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
