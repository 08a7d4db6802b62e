"""Settings, read once from the environment; a wrong value stops the start with one line that says what it must be."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from leadapp.mail_server import MailServer, read_smtp_url

_LONGEST_SOCKET_PATH = 100
_MOST_PROXIES = 10
_TWILIO = {
    "TWILIO_ACCOUNT_SID": (r"AC[0-9A-Za-z]+", "the account's SID, which begins with AC"),
    "TWILIO_AUTH_TOKEN": (r"[!-~]+", "the account's auth token"),
    "TWILIO_FROM": (r"\+[1-9]\d{6,14}|MG[0-9A-Za-z]+", "a number such as +14155550100, or a messaging service (MG...)"),
}


class WrongSetting(Exception):
    """A variable holds a value that cannot be used; the text names it and what it must be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    port: int = 5000
    host: str = "127.0.0.1"
    base_url: str = "http://localhost:5000"
    data_dir: Path = field(default_factory=lambda: Path("var").resolve())
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    sms_provider: str = "log"
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_from: str = ""
    twilio_api_base: str = ""
    smtp_url: str = ""
    vapid_subject: str = ""
    push_extra_origins: tuple[str, ...] = ()
    log_format: str = "text"
    trusted_proxies: int = 0
    testing: bool = False

    @property
    def embeds_redis(self) -> bool:
        """Whether `leadapp up` has to start a Redis of its own."""
        return self.redis_url == embedded_redis_url(self.data_dir)

    @property
    def mail_server(self) -> MailServer | None:
        return read_smtp_url(self.smtp_url, self.base_url) if self.smtp_url else None

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")


def embedded_redis_url(data_dir: Path) -> str:
    """Where the embedded Redis listens; not in a deep `DATA_DIR`, because a socket's path ends at 107 bytes."""
    socket = data_dir / "redis" / "r.sock"
    if len(os.fsencode(socket)) > _LONGEST_SOCKET_PATH:
        digest = sha256(os.fsencode(data_dir)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir()) / f"leadapp-{os.getuid()}-{digest}" / "r.sock"
    return f"unix://{socket}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Makes `DATA_DIR` and the secret key on first use. Raises WrongSetting."""
    env = {key: value.strip() for key, value in (os.environ if environ is None else environ).items() if value.strip()}
    port = _port(env.get("PORT", "5000"))
    base_url = _base_url(env.get("BASE_URL", f"http://localhost:{port}"))
    data_dir = _data_dir(env.get("DATA_DIR", "./var"))
    return Settings(
        port=port,
        host=env.get("HOST", "127.0.0.1"),
        base_url=base_url,
        data_dir=data_dir,
        database_url=_database_url(env.get("DATABASE_URL", ""), data_dir),
        redis_url=_redis_url(env.get("REDIS_URL", ""), data_dir),
        secret_key=env.get("SECRET_KEY") or _kept_secret(data_dir / "secret_key"),
        sms_provider=_one_of("SMS_PROVIDER", env.get("SMS_PROVIDER", "log"), ("log", "twilio")),
        twilio_account_sid=_twilio("TWILIO_ACCOUNT_SID", env),
        twilio_auth_token=_twilio("TWILIO_AUTH_TOKEN", env),
        twilio_from=_twilio("TWILIO_FROM", env),
        twilio_api_base=_api_base(env.get("TWILIO_API_BASE", "")),
        smtp_url=_smtp_url(env.get("SMTP_URL", ""), base_url),
        vapid_subject=_vapid_subject(env.get("VAPID_SUBJECT", "")),
        push_extra_origins=_origins("PUSH_EXTRA_ORIGINS", env.get("PUSH_EXTRA_ORIGINS", "")),
        log_format=_one_of("LOG_FORMAT", env.get("LOG_FORMAT", "text"), ("text", "json")),
        trusted_proxies=_proxies(env.get("TRUSTED_PROXIES", "0")),
    )


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise WrongSetting(f"PORT is {value!r}; it must be a whole number from 1 to 65535.")
    return int(value)


def _data_dir(value: str) -> Path:
    path = Path(value).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(
            f"DATA_DIR is {value!r}; it must be a folder this user can write to ({error.strerror})."
        ) from None
    return path


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise WrongSetting(f"BASE_URL is {value!r}; it must be the public address, such as https://leads.example.com.")
    return value.rstrip("/")


def _database_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'leadapp.sqlite3'}"
    scheme, _, rest = value.partition("://")
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest:
        return value
    raise WrongSetting(
        "DATABASE_URL must begin with postgresql:// or sqlite:/// (it is not shown: it may hold a password)."
    )


def _redis_url(value: str, data_dir: Path) -> str:
    if not value:
        return embedded_redis_url(data_dir)
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise WrongSetting(
            "REDIS_URL must begin with redis://, rediss:// or unix:// (it is not shown: it may hold a password)."
        )
    return value


def _twilio(name: str, env: Mapping[str, str]) -> str:
    shape, meaning = _TWILIO[name]
    value, is_needed = env.get(name, ""), env.get("SMS_PROVIDER") == "twilio"
    if (value or is_needed) and not re.fullmatch(shape, value, re.ASCII):
        raise WrongSetting(f"{name} {'cannot be used' if value else 'is missing'}; it must be {meaning}.")
    return value


def _api_base(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#@]*)?", value):
        raise WrongSetting(f"TWILIO_API_BASE is {value!r}; it must be the address of a stand-in for Twilio, or empty.")
    return value.rstrip("/")


def _smtp_url(value: str, base_url: str) -> str:
    if value:
        try:
            read_smtp_url(value, base_url)
        except ValueError as error:
            raise WrongSetting(f"SMTP_URL {error} (it is not shown: it may hold a password).") from None
    return value


def _vapid_subject(value: str) -> str:
    # Apple refuses every push when the subject is no clean mailto: or https: address.
    if value and (" " in value or "localhost" in value or not value.startswith(("mailto:", "https://"))):
        raise WrongSetting(f"VAPID_SUBJECT is {value!r}; it must be mailto: with an address, or an https:// address.")
    return value


def _origins(name: str, value: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise WrongSetting(
                f"{name} holds {origin!r}; it must be origins such as https://push.example.com, comma-separated."
            )
    return origins


def _proxies(value: str) -> int:
    if not value.isdecimal() or int(value) > _MOST_PROXIES:
        raise WrongSetting(
            f"TRUSTED_PROXIES is {value!r}; it must be how many proxies stand in front, from 0 to {_MOST_PROXIES}."
        )
    return int(value)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise WrongSetting(f"{name} is {value!r}; it must be {' or '.join(allowed)}.")
    return value


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made once. Processes starting together agree: the first to link its file wins."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
