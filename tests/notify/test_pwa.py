"""What makes the site an app: worker, manifest, offline page."""

from __future__ import annotations

import gzip
from pathlib import Path

import leadapp

JS = Path(leadapp.__file__).parent / "static" / "js"


def test_the_worker_serves_the_whole_site_and_is_always_looked_at_again(client, office):
    answer = client.get("/sw.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "{{" not in answer.text


def test_the_manifest_makes_it_an_app_of_the_business(client, office):
    manifest = client.get("/manifest.webmanifest").get_json(force=True)

    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Harbor Plumbing", "/my", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).mimetype == "image/png"


def test_pressing_its_icon_for_long_leads_to_the_leads_the_board_and_out_of_office(client, office):
    manifest = client.get("/manifest.webmanifest").get_json(force=True)

    shortcuts = [(shortcut["name"], shortcut["url"]) for shortcut in manifest["shortcuts"]]
    assert shortcuts == [("My leads", "/my"), ("Board", "/board"), ("Out of office", "/me")]
    assert (manifest["id"], manifest["lang"]) == ("/my", "en")
    assert client.get(manifest["shortcuts"][0]["icons"][0]["src"]).status_code == 200


def test_it_speaks_the_language_of_the_browser_that_installs_it(client, office):
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "es-MX"})

    assert answer.get_json(force=True)["lang"] == "es"


def test_the_offline_page_needs_nobody_and_names_nobody(client, office):
    answer = client.get("/offline")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Harbor" not in answer.text


def test_the_workers_and_alerts_code_stays_small():
    assert sum(len(gzip.compress((JS / name).read_bytes())) for name in ("sw.js", "push.js")) < 4600
