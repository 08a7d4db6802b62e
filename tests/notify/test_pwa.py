"""What makes the site an app: worker, manifest, offline page."""

from __future__ import annotations


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


def test_the_worker_brings_a_page_for_no_network_that_names_nobody(client, office):
    answer = client.get("/sw.js")

    assert '<h1 class=\\"title\\">No network</h1>' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "Harbor" not in answer.text


def test_the_worker_is_sent_small_and_only_when_it_has_changed(client, office):
    answer = client.get("/sw.js", headers={"Accept-Encoding": "br"})
    again = client.get("/sw.js", headers={"Accept-Encoding": "br", "If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < 4500
    assert again.status_code == 304
    assert again.data == b""
