"""Pages fetched through a proxy that the environment names, and over TLS."""

import base64
import http.server
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from ipaddress import ip_address
from typing import ClassVar

import pytest

from index import CannotFetch
from index.web import fetching
from index.web.fetching import fetch_page

PAGE = b"<title>Rain</title><p>It rained in the harbour all day long.</p>"


class Pages(http.server.BaseHTTPRequestHandler):
    """One page at every path."""

    asked: ClassVar[list] = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


class Proxy(Pages):
    """Answers for every server; has tunnels lead to `behind`."""

    behind: ClassVar[list] = []
    status: ClassVar[list] = [200]

    def do_CONNECT(self):
        self.asked.append((self.path, dict(self.headers)))
        self.send_response(self.status[0], "No" if self.status[0] != 200 else "Yes")
        self.end_headers()
        if self.status[0] != 200:
            return
        self.close_connection = True
        with socket.create_connection(("127.0.0.1", self.behind[0])) as there:
            back = threading.Thread(target=_pump, args=(there, self.connection))
            back.start()
            _pump(self.connection, there)
            back.join()


def _pump(source, target):
    try:
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def running(handler, certificate=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(Pages, "asked", [])
    monkeypatch.setattr(Proxy, "asked", [])
    monkeypatch.setattr(Proxy, "status", [200])


@pytest.fixture
def proxy():
    with running(Proxy) as port:
        yield port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Files with a certificate for pages.example and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=pages.example", "-addext",
         "subjectAltName=DNS:pages.example", "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return files


@pytest.fixture
def unknown_names(monkeypatch):
    """Names of the internet are not known here, as behind a proxy."""
    resolve = socket.getaddrinfo

    def fail(host, *rest, **more):
        if host.endswith((".example", ".local", "intranet")):
            raise socket.gaierror
        return resolve(host, *rest, **more)

    monkeypatch.setattr(fetching.socket, "getaddrinfo", fail)


def test_a_proxy_is_asked_for_the_whole_address(proxy, unknown_names, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://ann:s%40cret@127.0.0.1:{proxy}")
    page = fetch_page("http://pages.example/rain?day=1")
    assert (page.address, page.data) == ("http://pages.example/rain?day=1", PAGE)
    [(path, headers)] = Proxy.asked
    assert (path, headers["Host"]) == ("http://pages.example/rain?day=1", "pages.example")
    secret = base64.b64encode(b"ann:s@cret").decode()
    assert headers["Proxy-Authorization"] == f"Basic {secret}"


@pytest.mark.e2e
def test_an_encrypted_page_goes_through_a_tunnel_and_is_checked(
    proxy, certificate, unknown_names, monkeypatch
):
    monkeypatch.setenv("https_proxy", f"http://ann:secret@127.0.0.1:{proxy}")
    with running(Pages, certificate) as port:
        monkeypatch.setattr(Proxy, "behind", [port])
        with pytest.raises(CannotFetch, match="its certificate is not valid"):
            fetch_page("https://pages.example/rain")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert fetch_page("https://pages.example/rain").data == PAGE
        with pytest.raises(CannotFetch, match="its certificate is not valid"):
            fetch_page("https://other.example/rain")
    path, headers = Proxy.asked[1]
    assert (path, headers["Host"]) == ("pages.example:443", "pages.example:443")
    # What the proxy is told, the server is not.
    assert "Proxy-Authorization" in headers
    assert [path for path, _ in Pages.asked] == ["/rain"]
    assert "Proxy-Authorization" not in Pages.asked[0][1]


@pytest.mark.e2e
def test_an_encrypted_page_is_checked_without_a_proxy_too(certificate, monkeypatch):
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    monkeypatch.setattr(
        fetching,
        "_resolve",
        lambda host, _: {"127.0.0.1": ip_address("127.0.0.1")} if "example" in host else {},
    )
    with running(Pages, certificate) as port:
        address = f"https://pages.example:{port}/rain"
        with pytest.raises(CannotFetch, match="its certificate is not valid"):
            fetch_page(address)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert fetch_page(address).data == PAGE


def test_a_proxy_is_not_asked_for_what_is_nearby(proxy, unknown_names, monkeypatch):
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{proxy}")
        for host in ("127.0.0.1", "localhost", "[::1]", "10.1.2.3", "printer.local", "intranet"):
            with pytest.raises(CannotFetch, match="not on the internet"):
                fetch_page(f"{scheme}://{host}/")
    assert Proxy.asked == []


def test_what_no_proxy_names_is_asked_itself(proxy, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetching, "is_public", lambda _: True)
    with running(Pages) as port:
        page = fetch_page(f"http://127.0.0.1:{port}/")
    assert page.data == PAGE
    assert (len(Pages.asked), Proxy.asked) == (1, [])


@pytest.mark.parametrize("named", ["socks5://127.0.0.1:1080", "https://127.0.0.1:1", "http://:x"])
@pytest.mark.parametrize("variable", ["https_proxy", "all_proxy"])
def test_a_proxy_of_another_kind_is_refused(unknown_names, monkeypatch, variable, named):
    monkeypatch.setenv(variable, named)
    with pytest.raises(CannotFetch, match=rf"\${variable} must look like http://HOST:PORT"):
        fetch_page("https://pages.example/")


def test_a_proxy_that_refuses_or_is_not_there_is_named(proxy, unknown_names, monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://ann:secret@127.0.0.1:{proxy}")
    monkeypatch.setattr(Proxy, "status", [407])
    with pytest.raises(CannotFetch, match=rf"the proxy 127\.0\.0\.1:{proxy} says 407 No"):
        fetch_page("https://pages.example/")
    monkeypatch.setenv("https_proxy", "http://ann:secret@127.0.0.1:9")
    with pytest.raises(CannotFetch, match=r"the proxy 127\.0\.0\.1:9 cannot be reached") as error:
        fetch_page("https://pages.example/")
    assert "secret" not in str(error.value)
