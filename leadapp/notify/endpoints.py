"""Where pushes may go. An endpoint is an address given by a user's browser, so only known push services are called."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from flask import current_app

from leadapp.settings import Settings

MAX_LENGTH = 2048
_HOSTS = {"fcm.googleapis.com", "updates.push.services.mozilla.com"}
_SUFFIXES = (".push.apple.com", ".notify.windows.com", ".push.services.mozilla.com")
_NAME = re.compile(r"((?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z]+")  # other names make the HTTP client stumble
_PORTS = {"https": 443, "http": 80}


class NotAPushService(ValueError):
    """The address is not one of a push service we know; says to a program what it must be."""


def check_endpoint(url: str) -> None:
    """Called when a subscription is kept and again before each send. Raises NotAPushService.

    What a name leads to is looked at where it is connected to, so that nothing changes in between.
    """
    parts = _split(url)
    if _is_extra(parts):
        return
    host = parts.hostname or ""
    is_known = host in _HOSTS or (host.endswith(_SUFFIXES) and _NAME.fullmatch(host) is not None)
    if parts.scheme != "https" or parts.port not in (None, 443) or not is_known:
        raise NotAPushService("must be an address of a known push service")


def is_extra(url: str) -> bool:
    """Whether it is at one of `PUSH_EXTRA_ORIGINS`, which are trusted as given: they need not be public."""
    return _is_extra(_split(url))


def _is_extra(parts: SplitResult) -> bool:
    settings: Settings = current_app.config["LEADAPP"]
    return _origin(parts) in {_origin(urlsplit(extra)) for extra in settings.push_extra_origins}


def _split(url: str) -> SplitResult:
    if len(url) > MAX_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise NotAPushService(f"must be a plain address of at most {MAX_LENGTH} characters")
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise NotAPushService("must be an address") from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAPushService("must be an address without a user or a fragment")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int | None]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
