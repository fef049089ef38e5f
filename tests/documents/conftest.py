"""Sentences are compared in English, whatever the catalogues say."""

from collections.abc import Iterator

import pytest

from qms.core.i18n import speaking


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield
