"""Settings: typed, from the environment and instance/config.py; a wrong one stops the start."""

import os
import runpy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from qms.core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from qms.core.signing import secret_key

ROOT = Path(__file__).parent.parent


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
    return settings


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
