"""How often one address may do something. Counted in this process, and only at the few addresses that ask for it: the
API must not pay for a count it does not keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import ParamSpec, TypeVar

from flask import Response, after_this_request, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from leadapp import clock

P = ParamSpec("P")
R = TypeVar("R")

_counted = MemoryStorage()
_counter = FixedWindowRateLimiter(_counted)


def visitor() -> str:
    """The address the request came from."""
    return request.remote_addr or "unknown"


def limited(rates: str, *, whose: Callable[[], str] = visitor) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Lets a view be called this often, as in "5 per minute; 20 per hour", by each that `whose` tells apart.

    More often it raises TooManyRequests, and the answer says in Retry-After after how many seconds to come again.
    """
    allowed = parse_many(rates)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            counted_as = view.__module__, view.__name__, whose()
            for rate in allowed:
                if not _counter.hit(rate, *counted_as):
                    _say_when(rate, *counted_as)
                    raise TooManyRequests
            return view(*args, **kwargs)

        return guarded

    return decorate


def forget() -> None:
    """Starts counting from nothing."""
    _counted.reset()


def _say_when(rate: RateLimitItem, *counted_as: str) -> None:
    seconds = max(1, ceil(_counter.get_window_stats(rate, *counted_as).reset_time - clock.now().timestamp()))

    @after_this_request
    def tell(response: Response) -> Response:
        response.headers["Retry-After"] = str(seconds)
        return response
