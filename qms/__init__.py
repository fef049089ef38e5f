"""QMS keeps the ISO 9001 and ISO 37001 management systems of public agencies alive."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`qms.create_app` (see qms.application), loaded when it is first asked for: the command line
    answers without it."""
    if name == "create_app":
        return import_module("qms.application").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
