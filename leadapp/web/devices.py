"""What a browser says it is: which steps come first, and what a passkey is called. Nothing rests on it."""

from __future__ import annotations

from flask import request

PLATFORMS = ("iphone", "android", "desktop")
_IPHONE = ("iPhone", "iPad", "iPod")
_NAMES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def platforms() -> list[str]:
    """All of them, the reader's first."""
    agent = request.user_agent.string
    own = "iphone" if any(name in agent for name in _IPHONE) else "android" if "Android" in agent else "desktop"
    return sorted(PLATFORMS, key=lambda platform: platform != own)


def device_name() -> str:
    """Such as "iPhone"; empty when it does not say."""
    return next((name for mark, name in _NAMES if mark in request.user_agent.string), "")
