"""Settings: typed, from the environment and instance/config.py; a wrong one stops the start."""

import os
import re
import runpy
from dataclasses import dataclass, field, fields, replace
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qms.core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from qms.core.signing import secret_key

ROOT = Path(__file__).parent.parent
SMTP_TLS = ("starttls", "tls", "none")
SENDER = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


class WrongSetting(SystemExit):
    """A setting that cannot be used; the message says which and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """Everything that an administrator may set. Environment names are QMS_ plus upper case.

    database_url: sqlite:///... or postgresql+psycopg://...; empty means qms.db in the instance
    language: id or en, spoken where nobody chose: on the command line, on the sign-in page.
    demo: sign-in offers the demo people. port, host: where `qms serve` listens.
    upload_limit: bytes. behind_proxy: how many proxies set X-Forwarded-*. secure_cookies: cookies
    only over TLS. session_hours: a session ends after this long without use.
    public_url: how people reach the installation, for links in mail. smtp_host: the server that
    takes mail; empty: none is sent. smtp_port: 0 is the usual one. smtp_tls: starttls, tls or none.
    smtp_user, smtp_password: empty if it asks for none; the password may lie in the file
    smtp_password of the instance folder. mail_from: the sender, as "QMS <qms@contoh.go.id>".
    """

    database_url: str = ""
    language: str = DEFAULT_LANGUAGE
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 4
    upload_limit: int = 50 * 1024 * 1024
    behind_proxy: int = 0
    secure_cookies: bool = False
    session_hours: int = 12
    public_url: str = ""
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""


def instance_folder() -> Path:
    """QMS_INSTANCE, else instance/ beside the source tree, else a folder of the user's own."""
    if named := os.environ.get("QMS_INSTANCE"):
        return Path(named).resolve()
    if (ROOT / "wsgi.py").exists():
        return ROOT / "instance"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "qms"


def load(instance: Path, given: dict[str, Any] | None = None) -> Settings:
    """The settings in force: given ones over the environment over instance/config.py."""
    file = instance / "config.py"
    found: dict[str, Any] = {}
    if file.exists():
        found = {k: v for k, v in runpy.run_path(str(file)).items() if k.isupper()}
    known = {field.name: field.type for field in fields(Settings)}
    if unknown := [name for name in found if name.lower() not in known]:
        raise WrongSetting(f"{file}: unknown setting {', '.join(sorted(unknown))}")
    values = {name.lower(): _typed(name, known[name.lower()], raw) for name, raw in found.items()}
    for name, kind in known.items():
        raw = os.environ.get(f"QMS_{name.upper()}")
        if raw is not None and raw != "":
            values[name] = _typed(f"QMS_{name.upper()}", kind, raw)
    settings = Settings(**{**values, **(given or {})})
    if settings.language not in LANGUAGES:
        allowed = " or ".join(LANGUAGES)
        raise WrongSetting(f"QMS_LANGUAGE must be {allowed}, not {settings.language!r}")
    return _with_mail(settings, instance)


def _with_mail(settings: Settings, instance: Path) -> Settings:
    """The settings with the password of the mail server, if mail is set up as it must be."""
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query:
            raise WrongSetting("QMS_PUBLIC_URL must be like https://qms.contoh.go.id")
    if not settings.smtp_host:
        return settings
    if settings.smtp_tls not in SMTP_TLS:
        allowed = ", ".join(SMTP_TLS)
        raise WrongSetting(f"QMS_SMTP_TLS must be one of {allowed}, not {settings.smtp_tls!r}")
    if not 0 <= settings.smtp_port <= 65535:
        raise WrongSetting("QMS_SMTP_PORT must be a port, or 0 for the usual one")
    if not settings.public_url:
        raise WrongSetting("QMS_SMTP_HOST needs QMS_PUBLIC_URL, for the links in mail")
    sender = parseaddr(settings.mail_from)[1]
    if not (settings.mail_from.isprintable() and sender.isascii() and SENDER.fullmatch(sender)):
        raise WrongSetting("QMS_SMTP_HOST needs QMS_MAIL_FROM, as QMS <qms@contoh.go.id>")
    file = instance / "smtp_password"
    if settings.smtp_password or not file.exists():
        return settings
    if file.stat().st_mode & 0o077:
        raise WrongSetting(f"{file} must be readable by its owner only: chmod 600 {file}")
    return replace(settings, smtp_password=file.read_text().strip())


def _typed(name: str, kind: Any, raw: Any) -> Any:
    if kind is bool:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() in words:
            return words[str(raw).lower()]
        raise WrongSetting(f"{name} must be yes or no, not {raw!r}")
    if kind is int:
        try:
            return int(raw)
        except (TypeError, ValueError):
            raise WrongSetting(f"{name} must be a whole number, not {raw!r}") from None
    return str(raw)


def database_url(settings: Settings, instance: Path) -> str:
    """The URL for SQLAlchemy. A bare postgresql:// means psycopg 3."""
    url = settings.database_url
    if not url:
        return f"sqlite:///{instance / 'qms.db'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url[len(short) :]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("QMS_DATABASE_URL must begin with sqlite:/// or postgresql://")
    return url


def flask_config(settings: Settings, instance: Path) -> dict[str, Any]:
    """The settings as Flask and its extensions name them."""
    return {
        "QMS_INSTANCE": str(instance),
        "QMS_SETTINGS": settings,
        "QMS_UPLOAD_LIMIT": settings.upload_limit,
        "QMS_DEMO": settings.demo,
        "SECRET_KEY": secret_key(instance),
        "SQLALCHEMY_DATABASE_URI": database_url(settings, instance),
        "MAX_CONTENT_LENGTH": settings.upload_limit * 5,
        "MAX_FORM_MEMORY_SIZE": 5 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_NAME": "qms",
        "SEND_FILE_MAX_AGE_DEFAULT": 7 * 24 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "TEMPLATES_AUTO_RELOAD": False,
    }
