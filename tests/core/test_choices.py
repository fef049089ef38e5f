"""Fields to choose from: pairs and groups, and messages in the person's language."""

import warnings
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from qms.core.choices import RadioField, SelectField, SelectMultipleField
from qms.core.i18n import speaking


class Chosen(Form):
    one = SelectField("One", choices=[("a", "A"), ("b", "B")])
    number = SelectField("Number", coerce=int)
    several = SelectMultipleField("Several", coerce=int)
    few = RadioField("Few")


def filled(**sent: Any) -> Chosen:
    form = Chosen(MultiDict(sent))
    form.number.choices = [(1, "I"), (2, "II")]
    form.several.choices = {"Odd": [(1, "I"), (3, "III")], "Even": [(2, "II")]}
    form.few.choices = [("x", "X")]
    return form


def test_pairs_and_groups_are_offered_without_a_warning(app: Flask) -> None:
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        form = filled(one="b", number="2", several="3", few="x")

        assert form.validate()
        assert form.several.data == [3]
        assert form.several.has_groups()
        assert not form.number.has_groups()
        assert [name for name, _options in form.several.iter_groups()] == ["Odd", "Even"]
        assert [one.label for one in form.number.iter_choices() if one.selected] == ["II"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("one", "c", "Pilih satu dari daftar."),
        ("number", "7", "Pilih satu dari daftar."),
        ("number", "x", "Pilih satu dari daftar."),
        ("few", "y", "Pilih satu dari daftar."),
        ("several", "9", "Pilih hanya dari daftar: ada pilihan yang tidak (lagi) ada di dalamnya."),
        ("several", "x", "Pilih hanya dari daftar: ada pilihan yang tidak (lagi) ada di dalamnya."),
    ],
)
def test_what_is_not_offered_is_told_in_the_persons_language(
    app: Flask, name: str, value: str, said: str
) -> None:
    with app.app_context(), speaking("id"):
        form = filled(**{"one": "a", "number": "1", "several": "1", "few": "x"} | {name: value})

        assert not form.validate()
        assert {key: list(map(str, told)) for key, told in form.errors.items()} == {name: [said]}
