"""What can go wrong, as far as a person is concerned. Each becomes one kind of page or JSON.

Messages are sentences for people, already in their language: what happened and what to do.
"""

from typing import Any


class Problem(Exception):
    """Something a person can be told. `status` is the HTTP status of its page."""

    status = 500

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Refused(Problem):
    """Not yours to do."""

    status = 403


class Missing(Problem):
    """It is not there, or not for you; the two are never told apart."""

    status = 404


class OutOfTurn(Problem):
    """The record is not in a state for it, or somebody else was faster."""

    status = 409


class Stale(OutOfTurn):
    """The record was saved by somebody else since this form was opened."""

    def __init__(self, message: Any, record: Any) -> None:
        super().__init__(message)
        self.record = record


class TooMany(Problem):
    """More than is taken within a time. It can be tried again later."""

    status = 429


class Invalid(Problem):
    """Data that a form could not judge alone. `fields` maps field names to sentences."""

    status = 422

    def __init__(self, message: Any, **fields: Any) -> None:
        super().__init__(message)
        self.fields = fields
