"""Visiting every kind of page that somebody can reach by following links from their home."""

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

FILES = {"evidence.file", "documents.file", "imports.file"}
FILES |= {"audits.checklist_file", "audits.report_file", "audits.report_file_under"}
FILES |= {"audits.report_workbook", "audits.report_workbook_under"}
FILES |= {"audits.programme_file", "audits.paper", "audits.calendar_feed"}
FILES |= {"audits.auditors_file", "audits.template_file"}
FILES |= {"findings.form", "findings.forms", "findings.log"}
FILES |= {"audits.sheets_file", "audits.scan_page_file", "complaints.register_file"}
FILES |= {"reminders.calendar_feed", "trends.workbook"}
"""What a link downloads or opens in place of a page."""

VARIED = {
    "findings.show": 6,
    "complaints.show": 3,
    "actions.show": 5,
    "documents.show": 6,
    "certificates.show": 3,
}
"""Pages that look different from record to record, and how many of them to visit."""


def crawl(page: Page, app: Any, *, varied: bool) -> Iterator[str]:
    """Go to one page after the other, breadth first, and give each one's endpoint while it is
    open: the first of each kind or, with `varied`, some more."""
    adapter = app.url_map.bind("127.0.0.1")
    waiting, known, visited = deque(["/"]), {"/"}, Counter[str]()
    while waiting:
        path = waiting.popleft()
        endpoint = _endpoint(adapter, path)
        most = VARIED.get(endpoint or "", 2) if varied else 1
        if endpoint is None or visited[endpoint] >= most:
            continue
        visited[endpoint] += 1
        page.goto(path)
        yield endpoint
        for link in page.eval_on_selector_all(
            "a[href]:not(svg a)", "links => links.map(one => one.href)"
        ):
            parts = urlsplit(link)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc == urlsplit(page.url).netloc and target not in known:
                known.add(target)
                waiting.append(target)


def _endpoint(adapter: Any, path: str) -> str | None:
    try:
        endpoint, _values = adapter.match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    if endpoint in FILES or endpoint.endswith("static") or endpoint == "shell.units":
        return None
    return str(endpoint)
