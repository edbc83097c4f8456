"""One page from the web: fetched where it may be, kept under its address; everything has limits."""

import http.server
import socket
import stat
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import ClassVar

import pytest

from index import CannotFetch, Index, Retriever, copy_index
from index.filesystem.freshness import LOADER_VERSION, FileState
from index.web import fetching
from index.web.fetching import fetch_page, normalise_address
from tests.support.timing import takes_at_most

PAGE = b"<title>Rain</title><h1>Rain</h1><p>It rained in the harbour all day long.</p>"


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers as `pages` says: status, headers and bytes by path."""

    pages: ClassVar[dict] = {}
    asked: ClassVar[list] = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        status, headers, data = self.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for part in data if isinstance(data, list) else [data]:
            self.wfile.write(part)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    """A server on this machine, which tests may connect to; its pages and its address."""
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    monkeypatch.setattr(Answering, "pages", {})
    monkeypatch.setattr(Answering, "asked", [])
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Answering.pages, f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def html(data=PAGE, **headers):
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, data


def test_a_page_is_a_document_under_its_address(server, index, words):
    pages, base = server
    pages["/rain?day=1"] = html()
    address = f"{base}/rain?day=1"
    assert index.add([f"{address}#top"]).added == 1
    (document,) = index.documents()
    assert (document.path, document.title) == (address, "Rain")
    assert index.text(address) == "Rain\n\nIt rained in the harbour all day long."
    (hit,) = Retriever(index).search("harbour")
    assert hit.passage.span.of(index.text(address)) == hit.passage.text
    assert not hit.stale
    assert index.is_current(document) is True
    status = index.status()
    assert (status.stale, status.new, status.gone, status.to_reread) == ((), (), (), 0)
    assert Answering.asked[0][1]["Accept-Encoding"] == "identity"


def test_a_page_is_fetched_again_only_when_it_is_named(server, index, folder, write, words):
    pages, base = server
    pages["/a"] = html()
    address = f"{base}/a"
    index.add([address])
    before = index.engine.states(address)[address].stamp.mtime_ns
    write("notes.txt", "All about snow.")
    index.add([folder])
    index.update()
    assert len(Answering.asked) == 1
    words.encoded.clear()
    assert index.add([address, folder]).unchanged == 2
    assert words.encoded == []
    # When it was fetched is its time of change.
    assert index.engine.states(address)[address].stamp.mtime_ns > before
    pages["/a"] = html(PAGE.replace(b"rained", b"snowed"))
    assert index.add([address]).updated == 1
    assert "snowed" in index.text(address)
    assert index.remove([address.upper().replace("HTTP", "http").replace("/A", "/a")]) == 1
    assert [document.path for document in index.documents()] == [str(folder / "notes.txt")]


def test_redirects_are_followed_and_counted(server):
    pages, base = server
    pages["/a"] = (302, {"Location": "b"}, b"")
    pages["/b"] = (301, {"Location": "/c"}, b"")
    pages["/c"] = html()
    page = fetch_page(f"{base}/a")
    assert (page.address, page.data, page.suffix) == (f"{base}/a", PAGE, ".html")
    pages["/c"] = (302, {"Location": "/a"}, b"")
    with pytest.raises(CannotFetch, match="more than 5 times"):
        fetch_page(f"{base}/a")


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a/b", "http://u:p@a/", "http://[x"]
)
def test_no_redirect_leads_to_another_kind_of_address(server, target):
    pages, base = server
    pages["/a"] = (302, {"Location": target}, b"")
    with pytest.raises(CannotFetch):
        fetch_page(f"{base}/a")


def test_what_a_redirect_leads_to_is_checked_anew(server, monkeypatch):
    monkeypatch.setattr(fetching, "is_public", lambda address: str(address) == "127.0.0.1")
    pages, base = server
    pages["/a"] = (302, {"Location": f"http://127.0.0.2:{base.rpartition(':')[2]}/secret"}, b"")
    pages["/secret"] = html()
    with pytest.raises(CannotFetch, match=r"127\.0\.0\.2 is not on the internet"):
        fetch_page(f"{base}/a")
    assert [path for path, _ in Answering.asked] == ["/a"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0", "2130706433", "0x7f.1"])
def test_this_machine_is_not_asked(host):
    with pytest.raises(CannotFetch, match=r"not on the internet|not found"):
        fetch_page(f"http://{host}:9/")


def test_only_the_address_that_was_checked_is_connected_to(server, monkeypatch):
    pages, base = server
    pages["/"] = html()
    asked = []

    def resolve(host, port, **_):
        # A name that stands for another place each time it is looked up.
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.3"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected = []

    def connect(place, _):
        connected.append(place[0])
        made = socket.socket()
        made.connect(place)
        return made

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(fetching.socket, "create_connection", connect)
    fetch_page(f"http://changing.example:{base.rpartition(':')[2]}/")
    assert (asked, connected) == (["changing.example"], ["127.0.0.1"])
    assert Answering.asked[0][1]["Host"].startswith("changing.example:")


@pytest.mark.parametrize(
    ("given", "usual"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a b?q=ä#top", "https://example.org/a%20b?q=%C3%A4"),
        ("http://bücher.example:8080/%C3%A4", "http://xn--bcher-kva.example:8080/%C3%A4"),
    ],
)
def test_an_address_has_one_form(given, usual):
    assert normalise_address(given) == usual
    assert normalise_address(usual) == usual


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((404, {}, b""), "the server says 404"),
        ((200, {"Content-Type": "image/png"}, b"x"), "image/png are not read"),
        ((200, {"Content-Type": "application/zip"}, b"x"), "application/zip are not read"),
        ((200, {}, b"x"), "does not say what it is"),
        (html(**{"Content-Encoding": "gzip"}), "packed"),
        (html(**{"Content-Length": "1000"}), "connection was cut"),
        ((302, {}, b""), "the server says 302"),
    ],
)
def test_what_is_no_page_is_refused_in_one_line(server, index, reply, reason):
    pages, base = server
    pages["/a"] = reply
    with pytest.raises(CannotFetch, match=reason) as raised:
        index.add([f"{base}/a"])
    assert "\n" not in str(raised.value)
    assert index.documents() == []


def test_a_page_has_a_limit_on_its_size(server, monkeypatch):
    pages, base = server
    monkeypatch.setattr(fetching, "_MOST_BYTES", 100)
    pages["/a"] = html([PAGE] * 3)
    with pytest.raises(CannotFetch, match="larger than"):
        fetch_page(f"{base}/a")


@contextmanager
def slow_server(parts, pause):
    """Sends parts, again and again, and never ends of itself."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            connection, _ = listening.accept()
            with connection:
                connection.recv(10_000)
                try:
                    for part in parts:
                        connection.sendall(part)
                        time.sleep(pause)
                except OSError:
                    pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join()


@pytest.mark.parametrize(
    "beginning",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: "],
)
def test_a_page_has_a_limit_on_its_time(monkeypatch, beginning):
    monkeypatch.setattr(fetching, "_MOST_SECONDS", 0.3)
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    parts = [beginning, *[b"x"] * 40]
    with slow_server(parts, 0.05) as address:
        started = time.monotonic()
        with pytest.raises(CannotFetch, match="took longer than"):
            fetch_page(address)
        assert time.monotonic() - started < 1.5


def test_text_in_an_encoding_that_the_server_names_is_read(server, index):
    pages, base = server
    latin = {"Content-Type": "text/html; charset=iso-8859-1"}
    pages["/a"] = 200, latin, "<p>Schöne Grüße aus dem Süden.</p>".encode("latin-1")
    pages["/b"] = 200, {"Content-Type": "text/plain; charset=x-no"}, "Grüße".encode()
    index.add([f"{base}/a", f"{base}/b"])
    assert index.text(f"{base}/a") == "Schöne Grüße aus dem Süden."
    assert index.text(f"{base}/b") == "Grüße"


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "x-no"])
def test_no_charset_of_a_server_keeps_the_program_busy(server, index, name):
    pages, base = server
    pages["/"] = 200, {"Content-Type": f"text/plain; charset={name}"}, b"a-" + b"b" * 150_000
    with takes_at_most(10):
        assert index.add([base]).added == 1
    assert index.text(f"{base}/").startswith("a-bbb")


def test_a_page_is_not_decoded_by_the_program_itself(server):
    pages, base = server
    words = "Schöne Grüße".encode("latin-1")
    pages["/"] = 200, {"Content-Type": "text/plain; charset=iso-8859-1"}, words
    page = fetch_page(base)
    assert (page.data, page.charset) == (words, "iso-8859-1")


def test_a_page_that_cannot_be_parsed_is_reported(server, index):
    pages, base = server
    pages["/a.pdf"] = 200, {"Content-Type": "application/pdf"}, b"%PDF no"
    report = index.add([f"{base}/a.pdf"])
    assert [failure.path for failure in report.failed] == [f"{base}/a.pdf"]
    assert index.documents() == []


def test_without_a_network_nothing_is_changed(index, monkeypatch, write, folder):
    def fail(*_, **__):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(fetching.socket, "getaddrinfo", fail)
    write("a.txt", "rain")
    with pytest.raises(CannotFetch, match="is there a network"):
        index.add([folder, "https://example.org/"])
    assert index.documents() == []


def test_pages_come_back_with_a_restored_store(server, index, folder, write, words):
    pages, base = server
    pages |= {"/a": html(), "/b": html(), "/c": html(PAGE.replace(b"rained", b"snowed"))}
    write("notes.txt", "All about snow.")
    index.add([folder, f"{base}/a", f"{base}/b", f"{base}/c"])
    index.remove([f"{base}/b"])
    before = {each.path: index.text(each.path) for each in index.documents()}
    fetched = index.engine.states(f"{base}/c")
    path = index.path
    index.close()
    (path / "index.sqlite").write_bytes(b"x" * 9_000)
    pages.clear()
    Index.restore(path, encoder=words).close()
    with Index.open(path, encoder=words) as restored:
        assert {each.path: restored.text(each.path) for each in restored.documents()} == before
        assert restored.engine.states(f"{base}/c") == fetched
        assert restored.verify() == []
        assert restored.status().unread == ()
    assert len(Answering.asked) == 3


def test_an_index_of_pages_alone_is_restored_but_for_a_page_whose_bytes_are_damaged(
    server, index, words
):
    pages, base = server
    pages |= {"/a": html(), "/b": html()}
    index.add([f"{base}/a", f"{base}/b"])
    path, kept = index.path, sorted((index.path / "pages").iterdir())
    index.close()
    (path / "index.sqlite").unlink()
    kept[0].write_bytes(kept[0].read_bytes()[:-1] + b"?")
    assert stat.S_IMODE(kept[1].stat().st_mode) == 0o600
    Index.restore(path, encoder=words).close()
    with Index.open(path, encoder=words) as restored:
        assert restored.counts[0] == 1
        assert restored.verify() == []


def test_a_page_that_an_earlier_version_has_read_is_read_again_from_what_was_kept(
    server, index, folder, write, monkeypatch
):
    pages, base = server
    pages["/a"] = html()
    write("notes.txt", "All about snow.")
    with monkeypatch.context() as earlier:
        earlier.setattr("index.sync.without_files.FileState", partial(FileState, loader_version=1))
        index.add([folder, f"{base}/a"])
    assert index.engine.states(f"{base}/a")[f"{base}/a"].loader_version == 1
    pages.clear()
    index.update()
    assert index.engine.states(f"{base}/a")[f"{base}/a"].loader_version == LOADER_VERSION
    assert len(Answering.asked) == 1


def test_pages_go_with_a_copy(server, index, tmp_path):
    pages, base = server
    pages["/a"] = html()
    index.add([f"{base}/a"])
    copy_index(index.path, tmp_path / "copy")
    one, other = (sorted((path / "pages").iterdir()) for path in (index.path, tmp_path / "copy"))
    assert [each.read_bytes() for each in one] == [each.read_bytes() for each in other]
