"""Security headers, with a nonce for our own scripts and styles."""

import secrets

from flask import Flask, Response, g, request

ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
]


def init_app(app: Flask) -> None:
    app.after_request(add)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """This response's nonce."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def add(response: Response) -> Response:
    """The headers of every response; the content policy and the keeping that a view has set itself
    stay."""
    headers = response.headers
    if response.mimetype == "text/html":
        headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' 'nonce-{nonce()}'; "
            f"style-src 'self' 'nonce-{nonce()}'; img-src 'self' data: blob:; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        )
    if response.mimetype in ("text/html", "application/json"):
        headers.setdefault("Cache-Control", "private, no-store")
    headers.extend(ALWAYS)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
