"""Settings, read once from the environment into a frozen value.

Every setting is described in docs/configuration.md; a convention test holds the two together.
"""

from __future__ import annotations

import os
import re
import secrets
import shlex
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class ConfigurationError(Exception):
    """Everything that is wrong with the environment, in one message."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"The configuration has {len(problems)} problem(s):\n{lines}\nSee docs/configuration.md.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in. `security` is `tls` (from the first byte), `starttls` or `none`."""

    host: str
    port: int
    security: str
    user: str = field(repr=False)
    password: str = field(repr=False)


def _directory(text: str) -> Path:
    try:
        path = Path(text).expanduser().resolve()
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"can't be used: {error}") from error
    if not os.access(path, os.W_OK):
        raise ValueError("can't be written to")
    return path


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return parse


def _switch(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("must be 1 or 0")


def _origin(text: str) -> str:
    parts = urlsplit(text)
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.hostname or extra or not _has_good_port(parts):
        raise ValueError("must be an address like https://example.vn, without a path or a password")
    return f"{parts.scheme}://{parts.netloc}"


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _database_url(text: str) -> str:
    for prefix in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if text.startswith(prefix):
            if not _has_good_port(urlsplit(text)):
                raise ValueError("has a port that is no number")
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if text.startswith("sqlite:///"):
        return text
    raise ValueError("must begin with sqlite:/// or postgresql://")


_LOCAL = {"localhost", "127.0.0.1", "::1"}


def _smtp_server(text: str) -> SmtpServer | None:
    if not text:
        return None
    parts = urlsplit(text)
    options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not _has_good_port(parts) or parts.fragment:
        raise ValueError("must be like smtp://user:password@host:587 or smtps://host:465")
    if parts.path not in {"", "/"} or options not in ({}, {"starttls": ["0"]}, {"starttls": ["1"]}):
        raise ValueError("may say ?starttls=1 or ?starttls=0 and nothing else after the host")
    security = "tls" if parts.scheme == "smtps" else "none" if options.get("starttls") == ["0"] else "starttls"
    if parts.password and security == "none" and parts.hostname not in _LOCAL:
        raise ValueError("would send the password unencrypted")
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or (465 if security == "tls" else 587),
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _sender(text: str) -> str:
    address = r"[\w.+=-]+@[\w-]+(?:\.[\w-]+)*"
    if not re.fullmatch(rf"{address}|[^<>\x00-\x1f\x7f]*<{address}>", text, re.ASCII):
        raise ValueError("must be an address, or a name and an address like Cổng thông tin <no-reply@example.vn>")
    return text


def _redis_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+unix://")):
        raise ValueError("must begin with redis://, rediss:// or redis+unix://")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in text.split(",") if host.strip())
    if any("/" in host or " " in host for host in hosts):
        raise ValueError("must be host names separated by commas, without http:// or paths")
    return hosts


def _log_level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _profile(text: str) -> Path:
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        raise ValueError(f"names no file: {path}")
    return path


def _command(text: str) -> tuple[str, ...]:
    words = shlex.split(text)
    if not words:
        return ()
    program = shutil.which(words[0])
    if program is None:
        raise ValueError("names no program that can be run")
    return (str(Path(program).absolute()), *words[1:])


def _secret(text: str) -> str:
    if text and len(text) < _SHORTEST_SECRET:
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters, best random ones")
    return text


def _kept_secret(data_dir: Path) -> str:
    """The secret of this copy, made at its first start; the same for all of its processes."""
    path = data_dir / "secret-key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    with suppress(FileExistsError):
        # Written whole under another name first: another process may be looking.
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        fresh.touch(mode=0o600, exist_ok=False)
        try:
            fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
            path.hardlink_to(fresh)
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


_SHORTEST_SECRET = 32
# Their values hold what has no place in a log.
_SECRET = frozenset({"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SMTP_URL"})

# name in the environment -> (default as text, parser); an empty variable counts as absent.
SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "DATA_DIR": (str(ROOT / "var"), _directory),
    "HOST": ("127.0.0.1", str),
    "PORT": ("8000", _whole_number(1, 65535)),
    "DATABASE_URL": ("", lambda text: _database_url(text) if text else ""),
    "SEARCHES_PER_MINUTE": ("240", _whole_number(0, 1_000_000)),
    "PUSHES_PER_MINUTE": ("60", _whole_number(0, 1_000_000)),
    "FEEDBACK_PER_HOUR": ("60", _whole_number(0, 1_000_000)),
    "CODES_PER_HOUR": ("30", _whole_number(0, 1_000_000)),
    "REDIS_URL": ("", _redis_url),
    "SECRET_KEY": ("", _secret),
    "SITE_URL": ("", lambda text: _origin(text) if text else ""),
    "TRUSTED_HOSTS": ("", _hosts),
    "PROXY_HOPS": ("0", _whole_number(0, 1)),
    "PROFILE": (str(ROOT / "portal" / "starter" / "profile.toml"), _profile),
    "WEB_WORKERS": ("1", _whole_number(1, 64)),
    "WEB_THREADS": ("4", _whole_number(2, 64)),
    "PAGE_CACHE_MB": ("4", _whole_number(0, 1024)),
    "SMTP_URL": ("", _smtp_server),
    "MAIL_FROM": ("", lambda text: _sender(text) if text else ""),
    "OUTBOX_KEEP_DAYS": ("30", _whole_number(1, 3650)),
    "IMPORT_KEEP_DAYS": ("365", _whole_number(1, 3650)),
    "UPLOAD_SCANNER": ("", _command),
    "FEEDBACK_KEEP_DAYS": ("365", _whole_number(1, 3650)),
    "OFFLINE_TALLY": ("1", _switch),
    "LINK_CHECK": ("1", _switch),
    "LOG_LEVEL": ("INFO", _log_level),
    "DEMO": ("0", _switch),
    "DEBUG": ("0", _switch),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one running portal; field names are the environment's names in lower case."""

    data_dir: Path
    host: str
    port: int
    database_url: str = field(repr=False)
    searches_per_minute: int
    pushes_per_minute: int
    feedback_per_hour: int
    codes_per_hour: int
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    site_url: str
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    profile: Path
    web_workers: int
    web_threads: int
    page_cache_mb: int
    smtp_url: SmtpServer | None
    mail_from: str
    outbox_keep_days: int
    import_keep_days: int
    upload_scanner: tuple[str, ...]
    feedback_keep_days: int
    offline_tally: bool
    link_check: bool
    log_level: str
    demo: bool
    debug: bool

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings; raises ConfigurationError naming all that is wrong at once."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, (default, parse) in SETTINGS.items():
            text = environ.get(name, "").strip() or default
            try:
                values[name.lower()] = parse(text)
            except ValueError as error:
                shown = name if name in _SECRET else f"{name}={text!r}"
                problems.append(f"{shown} {error}")
        if problems:
            raise ConfigurationError(problems)
        data_dir = values["data_dir"]
        values["database_url"] = values["database_url"] or f"sqlite:///{data_dir}/portal.db"
        values["secret_key"] = values["secret_key"] or _kept_secret(data_dir)
        values["site_url"] = values["site_url"] or f"http://127.0.0.1:{values['port']}"
        own_host = urlsplit(values["site_url"]).hostname or ""
        # A reply to a number instead of a name could reach nobody.
        sender_host = "localhost" if re.fullmatch(r"[\d.]+|.*:.*", own_host) else own_host
        values["mail_from"] = values["mail_from"] or f"no-reply@{sender_host}"
        values["trusted_hosts"] = values["trusted_hosts"] or (own_host, "127.0.0.1", "localhost")
        return cls(**values)
