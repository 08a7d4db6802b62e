"""Pictures and voicemails that Twilio keeps, fetched with our account so that nobody else needs it.

Twilio answers with the thing itself or sends on to where it lies, for some hours and without a password:
https://www.twilio.com/docs/messaging/api/media-resource
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from threading import BoundedSemaphore
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from flask import current_app
from urllib3.exceptions import HTTPError

from leadapp.notify.public_addresses import NotPublic, PublicOnly
from leadapp.settings import Settings

log = logging.getLogger(__name__)

MOST_BYTES = 10_000_000  # twice what a text may carry
_CONNECTS_IN, _ANSWERS_IN, _DONE_IN = 3.0, 5.0, 15.0  # seconds
_MOST_HOPS = 4
_CHUNK = 65_536
_API = re.compile(r"api(\.[a-z0-9-]+){0,2}\.twilio\.com")
_PATH = re.compile(r"/2010-04-01/Accounts/AC\w+/(Messages/\w+/Media|(?P<voice>Recordings))/\w+", re.ASCII)
_KEPT_AT = re.compile(r"[a-z0-9-]+\.twiliocdn\.com")
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
_SCRIPTED = "image/svg+xml"
#: Whoever fetches holds a thread, of which there are eight: leads go before pictures.
_AT_ONCE = BoundedSemaphore(3)
_WAITS = 2.0


@dataclass(frozen=True, slots=True)
class Media:
    body: bytes
    kind: str


class TooBusy(Exception):
    """So many are being fetched that this one has to wait for the next try."""


def fetch_media(url: str) -> Media | None:
    """The picture or recording; None if it is gone, cannot be had, or is something else."""
    if not _AT_ONCE.acquire(timeout=_WAITS):
        raise TooBusy
    try:
        return _fetch(url)
    except (requests.RequestException, HTTPError, NotPublic, OSError, ValueError) as error:
        log.warning("media_not_fetched error=%s", type(error).__name__)
        return None
    finally:
        _AT_ONCE.release()


def _fetch(url: str) -> Media | None:
    settings: Settings = current_app.config["LEADAPP"]
    ends_at = time.monotonic() + _DONE_IN
    parts = urlsplit(url)
    if not _is_ours(parts):
        return None
    at = (settings.twilio_api_base or f"https://{parts.netloc}") + parts.path
    at += ".mp3" if "/Recordings/" in parts.path else ""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", PublicOnly())
        if settings.twilio_api_base:
            session.mount(f"{settings.twilio_api_base}/", requests.adapters.HTTPAdapter())
        account = (settings.twilio_account_sid, settings.twilio_auth_token)
        for hop in range(_MOST_HOPS):
            with session.get(
                at,
                auth=account if hop == 0 else None,
                stream=True,
                allow_redirects=False,
                timeout=(_CONNECTS_IN, _ANSWERS_IN),
            ) as response:
                if not response.is_redirect:
                    return _read(response, ends_at)
                at = urljoin(at, response.headers["Location"])
            if not _is_storage(at, settings):
                return None
    return None


def _is_ours(parts: SplitResult) -> bool:
    return parts.scheme == "https" and bool(_API.fullmatch(parts.netloc)) and bool(_PATH.fullmatch(parts.path))


def _is_storage(url: str, settings: Settings) -> bool:
    """Whether Twilio may send on to there."""
    parts = urlsplit(url)
    if settings.twilio_api_base and url.startswith(f"{settings.twilio_api_base}/"):
        return True
    is_bucket = (parts.netloc, True) == (_BUCKET[0], parts.path.startswith(_BUCKET[1]))
    return parts.scheme == "https" and (bool(_KEPT_AT.fullmatch(parts.netloc)) or is_bucket)


def _read(response: requests.Response, ends_at: float) -> Media | None:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if response.status_code != 200 or not kind.startswith(("image/", "audio/")) or kind == _SCRIPTED:
        return None
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES or time.monotonic() > ends_at:
            return None
    return Media(bytes(body), kind)
