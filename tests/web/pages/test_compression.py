"""Pages travel compressed: one bar of signal carries a tenth of a megabyte a second, at best."""

import brotli


def test_a_page_is_compressed_for_whoever_takes_it(office, visit):
    visitor = visit(office.ana)
    plain = visitor.client.get("/my", headers={"Accept-Encoding": "identity"})

    packed = visitor.client.get("/my", headers={"Accept-Encoding": "gzip, deflate, br"})

    assert packed.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    assert b"<main" in brotli.decompress(packed.data)


def test_an_answer_to_a_program_is_left_alone(client, office):
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "br"}).headers
