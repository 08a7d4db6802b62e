"""Response headers that keep a page from doing, leaking or being embedded in what it should not."""

from __future__ import annotations

from flask import Flask, Response, current_app

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Customers' data must not be found in a cache after signing out; what may be kept says so itself.
    "Cache-Control": "no-store",
}


def init_app(app: Flask) -> None:
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    said = {name.lower() for name, _value in response.headers}
    response.headers.extend([(name, value) for name, value in _HEADERS.items() if name.lower() not in said])
    if current_app.config["LEADAPP"].is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
