"""A postman that is waited for, for tests that look at what was said to whom."""

from __future__ import annotations

from threading import Event

from flask import Flask

from leadapp.postman import Postman

_LONGEST_SECONDS = 60.0


class PostmanAtHand:
    """Whoever wakes it finds everything sent that was due."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def wake(self) -> None:
        postman = Postman(self._app, Event())
        for _look in ("the first", "the last"):  # what only dropped something may have made something else due
            while postman._send_what_is_due():
                postman.finish(_LONGEST_SECONDS)
