"""Static files under names that carry a hash of their content, bundled and compressed once in memory.

In memory rather than through WhiteNoise: the bundles are made at start, and WhiteNoise reads finished files only.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote

import brotli  # type: ignore[import-untyped]
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from leadapp.languages import Language, in_language
from leadapp.web.languages import language

STATIC = Path(__file__).parents[1] / "static"
_FOREVER = "public, max-age=31536000, immutable"
_TEXT = {".css", ".js", ".svg"}
_STYLES = (
    "tokens", "base", "layout", "controls", "lead", "calls", "board", "forms", "enrol", "reports", "offline", "sun",
    "utilities",
)  # fmt: skip
_SCRIPTS = ("clock", "ticker", "live", "unsent", "keep", "notice", "cost", "call", "media", "badge", "push")
_ALONE = ("board", "enrol", "passkey", "tv")
_STYLES_ALONE = ("people", "tv")
_OWN = STATIC / "js"
_FOR_READERS = re.compile(r"^\s*(?://.*)?\n?", re.MULTILINE)
_SAID = re.compile(r"""\b_\(("(?:[^"\\]|\\.)*")\)""")

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is served. Compressed when first asked for, then kept."""

    name: str
    body: bytes

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:12]

    @cached_property
    def encodings(self) -> Mapping[str, bytes]:
        """The body by content coding, best first; empty for what is compressed already."""
        if Path(self.name).suffix not in _TEXT:
            return {}
        return {"br": brotli.compress(self.body), "gzip": gzip.compress(self.body, mtime=0)}


def init_app(app: Flask) -> None:
    assets = {asset.name: asset for asset in [*_files(), *_bundles()]}
    app.extensions["assets"] = assets
    app.extensions["build"] = hashlib.sha256("".join(a.digest for a in assets.values()).encode()).hexdigest()[:8]
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(asset=asset, tiny_icon=_tiny_icon)


def asset(name: str) -> str:
    """The address of a static file, or of a bundle (app.css, app.js); of a script, in the reader's language. Raises
    KeyError for a name that is not there."""
    if name.endswith(".js") and name not in _assets():
        name = f"{name[:-3]}.{language()}.js"
    return url_for("assets.serve", digest=_assets()[name].digest, name=name)


def spoken(script: str, language: Language) -> str:
    """The script with what it says to people, written `_("...")`, in the language, and without what only readers of
    the code need: comments on lines of their own, and indentation."""
    script = _FOR_READERS.sub("", script)
    return _SAID.sub(lambda said: json.dumps(in_language(language, json.loads(said[1])), ensure_ascii=False), script)


def build() -> str:
    """Changes whenever any static file does, so that an open page can tell that it is out of date."""
    return str(current_app.extensions["build"])


@cache
def _tiny_icon() -> str:
    """What stands in a browser's tab, within the page itself: one request less on a phone that opens it first."""
    return f"data:image/svg+xml,{quote((STATIC / 'icons' / 'favicon.svg').read_text())}"


@blueprint.get("/assets/<digest>/<path:name>")
def serve(digest: str, name: str) -> Response:
    found = _assets().get(name) or abort(404)
    # While two versions run side by side, the other's hash may be asked for: answer, but let nobody keep it.
    return sent(found, _FOREVER if digest == found.digest else "no-store")


def sent(found: Asset, cache_control: str) -> Response:
    """The file in the best coding that the browser takes."""
    coding = next((c for c in found.encodings if request.accept_encodings.quality(c) > 0), None)
    response = Response(found.encodings[coding] if coding else found.body, mimetype=mimetypes.guess_type(found.name)[0])
    response.headers["Cache-Control"] = cache_control
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response


def _assets() -> dict[str, Asset]:
    found: dict[str, Asset] = current_app.extensions["assets"]
    return found


def _files() -> list[Asset]:
    paths = sorted(path for path in STATIC.rglob("*") if path.is_file() and path.suffix and path.parent != _OWN)
    return [Asset(path.relative_to(STATIC).as_posix(), path.read_bytes()) for path in paths]


def _bundles() -> list[Asset]:
    styles = [(STATIC / "css" / f"{name}.css").read_text() for name in _STYLES]
    scripts = [
        Asset(f"{name}.{reader}.js", spoken(script, reader).encode())
        for name, script in _scripts()
        for reader in Language
    ]
    alone = [Asset(f"{name}.css", (STATIC / "css" / f"{name}.css").read_bytes()) for name in _STYLES_ALONE]
    return [Asset("app.css", "\n".join(styles).encode()), *alone, *scripts]


def _scripts() -> Iterator[tuple[str, str]]:
    """The bundle of every page, and what some pages load beside it."""
    # Braces keep each script's names to itself, as separate modules would.
    yield "app", "\n".join(f"{{\n{(_OWN / f'{name}.js').read_text()}}}" for name in _SCRIPTS)
    for name in _ALONE:
        yield f"js/{name}", (_OWN / f"{name}.js").read_text()
