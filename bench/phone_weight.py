"""What a first and a second visit to /my cost a phone: requests and bytes over the wire, counted in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from bench.family import family
from bench.figures import Figure
from bench.place import SQLITE, Bench
from bench.visitor import chromium, post_lead, signed_in
from bench.wire import Wire, wire

MOST_REQUESTS, MOST_WARM, MOST_KB, MOST_HTML_KB = 5, 1, 45.0, 10.0
MOST_SCRIPT_KB, MOST_STYLE_KB = 12.0, 10.0
_OFFER = {
    "name": "Sam Rivera",
    "phone": "+14155550123",
    "message": "Burst pipe, water everywhere in the basement",
    "service": "Burst pipe",
    "city": "Oakland",
    "postcode": "94610",
    "source": "Website form",
}


def measure(bench: Bench) -> Iterator[Figure]:
    with bench.place(SQLITE) as place:
        key = place.settle_in(urgent_claim_seconds=3600)
        with family(place), chromium() as browser, wire(place.port) as between:
            post_lead(place, key, **_OFFER)
            context = signed_in(browser, place, "Ana")
            page = context.new_page()
            cold, warm = (_visit(page, between) for _ in range(2))
            context.close()
    yield Figure("Cold first visit of /my, requests", len(cold), "", MOST_REQUESTS + 1)
    yield Figure("Cold first visit of /my, over the wire", _kilobytes(cold), "kB", MOST_KB)
    yield Figure("HTML of /my with an offer, compressed", _kilobytes(cold, "/my"), "kB", MOST_HTML_KB)
    scripts = _kilobytes(cold, ".js") - _kilobytes(cold, "min.js")
    yield Figure("Our own JavaScript, compressed", scripts, "kB", MOST_SCRIPT_KB)
    yield Figure("CSS, compressed", _kilobytes(cold, ".css"), "kB", MOST_STYLE_KB)
    # After each visit a browser asks for another worker, and is answered 304: that is not the page's doing.
    asked = [path for path, _size in warm if path != "/sw.js"]
    yield Figure("Warm visit of /my, requests", len(asked), "", MOST_WARM + 1)


def _visit(page: Page, between: Wire) -> list[tuple[str, int]]:
    """What page and service worker fetched until all was quiet, but for the polls."""
    between.taken()
    page.goto(f"http://localhost:{between.port}/my")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(5_000)  # what the worker fetches when all else is done
    visit = between.taken()
    first, *rest = visit
    return [first, *((path, size) for path, size in rest if path != first[0])]


def _kilobytes(visit: list[tuple[str, int]], ending: str = "") -> float:
    return sum(size for path, size in visit if path.endswith(ending)) / 1000
