"""What can be wrong with a request to act; the web turns each into a status."""

from __future__ import annotations

from datetime import datetime


class NotFound(Exception):
    """There is no such thing, or the person may not know of it."""


class Taken(Exception):
    """Somebody else has the lead; `rep_id` since `at`."""

    def __init__(self, rep_id: str, rep_name: str, at: datetime) -> None:
        super().__init__(f"{rep_name} already has this lead.")
        self.rep_id, self.rep_name, self.at = rep_id, rep_name, at


class Conflict(Exception):
    """The thing has moved on, so the request makes no sense any more; `words` say what is true now."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Invalid(Exception):
    """Values that cannot be used, each with its field and a plain sentence."""

    def __init__(self, *errors: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors))
        self.errors = errors
