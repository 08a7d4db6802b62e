"""Headers, static files and their weight."""

import re

import brotli
import pytest


@pytest.mark.parametrize("page", ["/sign-in", "/my", "/board", "/nothing"])
def test_pages_run_nothing_of_others_and_are_kept_by_nobody(office, visit, page):
    headers = visit(office.ana).open(page).headers

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["/my", "/board", "/me", "/people", "/outbox"])
def test_pages_hold_no_inline_script_or_style(office, visit, page):
    text = visit(office.mia).open(page).text

    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", text)


def test_static_files_are_named_by_content_and_kept_for_good(office, visit):
    visitor = visit()
    url = re.search(r'href="(/assets/\w{12}/app\.css)"', visitor.open("/sign-in").text)[1]

    answer = visitor.client.get(url, headers={"Accept-Encoding": "gzip, br"})

    assert answer.headers["Content-Encoding"] == "br"
    assert "immutable" in answer.headers["Cache-Control"]
    assert brotli.decompress(answer.data) == visitor.client.get(url).data


def test_another_versions_file_is_answered_but_kept_by_nobody(office, visit):
    assert visit().open("/assets/000000000000/app.css").headers["Cache-Control"] == "no-store"
    assert visit().open("/assets/000000000000/nothing.css").status_code == 404


def test_our_own_files_stay_light(app, client, office):
    weights = {name: len(asset.encodings.get("br", asset.body)) for name, asset in app.extensions["assets"].items()}
    worker = len(client.get("/sw.js", headers={"Accept-Encoding": "br"}).data)

    assert weights["app.css"] <= 10_000
    for language in ("en", "es"):
        desk = {f"js/{name}.{language}.js" for name in ("board", "tv")}  # no phone loads these
        own = {name: weight for name, weight in weights.items() if name.endswith(f".{language}.js")}
        assert sum(weight for name, weight in own.items() if name not in desk) + worker <= 12_000, language
        assert sum(own[name] for name in desk) <= 3_000, language
