"""Each field says one thing that is wrong with it."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from qms.core.forms import DayField, Form, Needed, WholeNumber


class Sample(Form):
    class Meta(Form.Meta):
        csrf = False

    day = DayField("Day", [Needed("Say when.")])
    count = WholeNumber("Count", [Needed("Say how many.")], least=1, most=3650)


DAY, COUNT = "Write a date such as 31/12/2026.", "Write a whole number."


@pytest.mark.parametrize(
    ("day", "count", "errors"),
    [
        ("", "", {"day": ["Say when."], "count": ["Say how many."]}),
        ("31/31/2026", "many", {"day": [DAY], "count": [COUNT]}),
        ("tomorrow", "1.5", {"day": [DAY], "count": [COUNT]}),
        (
            "31/12/1066",
            "0",
            {"day": ["The year looks wrong."], "count": ["Write a number from 1 to 3,650."]},
        ),
        ("31/12/2026", " 14 ", {}),
    ],
)
def test_a_field_says_once_what_is_wrong(
    app: Any, day: str, count: str, errors: dict[str, list[str]], only_sqlite: None
) -> None:
    with app.test_request_context(method="POST"):
        form = Sample(MultiDict({"day": day, "count": count}))
        assert form.validate() is (not errors)
        assert form.errors == errors
