"""Fields to choose from a list: WTForms' own, given pairs, with messages of ours.

Choices are (value, label), or groups of them by heading. WTForms wants an object for each, and says
in English what is wrong with a choice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from wtforms.fields.choices import SelectChoice

from qms.core.i18n import lazy_gettext as _l

Pairs = Iterable[tuple[Any, Any]]
Choices = Pairs | Mapping[str, Pairs]


def offered(choices: Choices) -> list[SelectChoice]:
    """Pairs, or groups of pairs, as WTForms takes them."""
    if isinstance(choices, Mapping):
        return [
            SelectChoice(value, label, optgroup=heading)
            for heading, pairs in choices.items()
            for value, label in pairs
        ]
    return [SelectChoice(value, label) for value, label in choices]


class Offering:
    """What the fields share."""

    message: Any = _l("Choose one from the list.")
    label: Any
    data: Any
    description: Any

    def __init__(self, *args: Any, choices: Choices | None = None, **kwargs: Any) -> None:
        if choices is not None:
            kwargs["choices"] = offered(choices)
        kwargs.setdefault("invalid_value_message", self.message)
        kwargs.setdefault("invalid_choice_message", self.message)
        super().__init__(*args, **kwargs)

    @property
    def choices(self) -> Any:
        return wtforms.SelectField.choices.fget(self)

    @choices.setter
    def choices(self, choices: Choices | None) -> None:
        given = None if choices is None else offered(choices)
        wtforms.SelectField.choices.fset(self, given)


class SelectField(Offering, wtforms.SelectField):
    """One of a list."""


class RadioField(Offering, wtforms.RadioField):
    """One of a few, all in sight."""


class SelectMultipleField(Offering, wtforms.SelectMultipleField):
    """Any number of a list."""

    message = _l("Choose from the list only: something that was chosen is not in it (any more).")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs, invalid_choice_message=lambda _n: str(self.message))
