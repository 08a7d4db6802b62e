"""Thin doors: they translate requests into workflow calls and results into pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Binds every door to the application."""
