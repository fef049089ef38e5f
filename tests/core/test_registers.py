"""Rows of registers are escaped together, and none of them loses or lends a cell."""

from typing import NamedTuple

from qms.core.registers import escaped


class Row(NamedTuple):
    name: str
    count: int
    note: str
    is_late: bool
    nothing: str | None


def test_texts_are_escaped_and_all_else_stays() -> None:
    rows = [
        Row("<script>alert(1)</script>", 1, "a \"b\" & 'c'", True, None),
        Row("", 2, "&amp;", False, "<b>"),
    ]
    assert escaped(rows) == [
        Row(
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            1,
            "a &#34;b&#34; &amp; &#39;c&#39;",
            True,
            None,
        ),
        Row("", 2, "&amp;amp;", False, "&lt;b&gt;"),
    ]
    assert escaped([]) == []
