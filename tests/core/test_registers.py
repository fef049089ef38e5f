"""Texts of registers are escaped together, and none of them loses or lends a letter."""

from qms.core.registers import escaped


def test_each_text_is_escaped_and_keeps_its_place() -> None:
    texts = ["<script>alert(1)</script>", "a \"b\" & 'c'", None, "", "&amp;", "<b>"]
    assert escaped(texts) == [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "a &#34;b&#34; &amp; &#39;c&#39;",
        "",
        "",
        "&amp;amp;",
        "&lt;b&gt;",
    ]
    assert escaped([]) == []
    assert escaped([None]) == [""]
