"""Fields that several forms of audits have."""

from typing import Any

from wtforms import TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, tidy


def part_field(label: Any, description: Any = "", *validators: Any, rows: int = 3) -> TextAreaField:
    """A part of a plan, an answer or a report, in several lines."""
    return TextAreaField(
        label,
        [*validators, AtMost(10_000), Clean()],
        filters=[tidy],
        description=description,
        render_kw={"rows": rows},
    )


class Checkboxes(SelectMultipleField):
    """A short list to tick from."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
