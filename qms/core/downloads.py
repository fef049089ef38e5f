"""Files that a page makes when it is asked for them."""

from io import BytesIO

from flask import Response, send_file

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent(content: BytesIO, name: str, mime: str) -> Response:
    """A file that was just written, as a download that nobody in between keeps."""
    content.seek(0)
    response = send_file(content, mimetype=mime, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    return response
