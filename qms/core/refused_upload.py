"""Why a file is not taken: one sentence for each reason, and the exception that carries it."""

from typing import Any

from babel.support import LazyProxy

from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l

# Each sentence says what is wrong and what to do. `params` of the exception fill the %(...)s.
REASONS: dict[str, Any] = {
    "empty": _l("The file is empty. Choose the file again."),
    "too_large": _l("The file is larger than %(limit)s. Make it smaller, or split it."),
    "no_extension": _l("The name has no ending such as .pdf or .docx. Rename the file."),
    "kind_not_allowed": _l(
        "Files of this kind (%(extension)s) are not taken. "
        "Save it as PDF, Word, Excel or a picture."
    ),
    "zip_not_allowed": _l("ZIP archives are not taken. Unpack it and add the files one by one."),
    "name_and_content_differ": _l(
        "The name ends with %(extension)s, but the content is something else. "
        "Open it in its own program and save it again."
    ),
    "not_text": _l("The file is not plain text. Save it again as text (UTF-8)."),
    "active_content": _l("The file holds a program or a web page. Such files are not taken."),
    "macros": _l("The file holds macros. Save it without macros (.docx or .xlsx)."),
    "encrypted": _l("The file is locked with a password. Remove the password and save it again."),
    "legacy_word": _l("This is an old Word file (.doc). Open it in Word and save it as .docx."),
    "legacy_excel": _l("This is an old Excel file (.xls). Open it in Excel and save it as .xlsx."),
    "legacy_office": _l("This is a file of an old office program. Save it as .docx, .xlsx or PDF."),
    "damaged": _l("The file is damaged or incomplete. Save it again in its own program."),
    "zip_bomb": _l("The file would unpack to an unreasonable size, so it is not opened."),
    "unsafe_path": _l("The file holds parts with unsafe names, so it is not opened."),
    "doctype": _l(
        "The file holds a DOCTYPE or entity declaration, which office programs do not write. "
        "It is not opened."
    ),
    "external_link": _l(
        "The file loads parts from elsewhere (%(target)s). "
        "Remove the link in its own program and save it again."
    ),
    "picture_too_large": _l("The picture has too many pixels. Save a smaller copy."),
}


class RefusedUpload(Invalid):
    """A file that is not taken. `code` is a key of REASONS, `params` fill its sentence."""

    reasons = REASONS

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(LazyProxy(self.sentence, enable_cache=False))
        self.code = code
        self.params = params

    def sentence(self) -> str:
        """The reason in the language of whoever reads it now."""
        text = str(self.reasons[self.code])
        return text % self.params if self.params else text
