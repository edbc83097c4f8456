"""The app in a browser: served to this machine alone, with nothing loaded from elsewhere."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.support import ROOT
from tui.cli.main import main

NOTE = "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory, encoder):
    """An index of one note; all models are in the cache once it has been asked."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "boiler.md").write_text(NOTE, encoding="utf-8")
    assert main(["index", str(folder / "boiler.md"), "--index", str(folder / "index")]) == 0
    assert main(["ask", "Who installed the boiler?", "--index", str(folder / "index")]) == 0
    return folder / "index"


@contextmanager
def served(index):
    """A server's process and its address."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tui", "serve", "--port", "0", "--index", str(index)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(index.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield server, next(word for word in server.stdout.readline().split() if "://" in word)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)


@pytest.fixture(scope="module")
def address(index):
    with served(index) as (_, address):
        yield address


def status_of(address, path="/", **headers):
    """The HTTP status of a request with these headers."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    return connection.getresponse().status


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_no_other_machine_can_reach_it(address):
    url = urlsplit(address)
    assert url.hostname == "127.0.0.1"
    # Another address of the same machine.
    with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
        socket.create_connection(("127.0.0.2", url.port), timeout=1)


def test_pages_of_other_sites_cannot_use_it(address):
    here = urlsplit(address).netloc
    assert status_of(address, "/ws", Origin="http://elsewhere.example", **HANDSHAKE) == 403
    assert status_of(address, "/ws", Origin="http://localhost:1", **HANDSHAKE) == 403
    # A name that somebody has made to lead to this machine.
    assert status_of(address, Host="elsewhere.example") == 403
    assert status_of(address, "/ws", Origin=address) == 400  # no handshake
    assert status_of(address, Origin=address, Host=here) == 200


def test_the_page_may_load_nothing_from_elsewhere(address):
    with urlopen(Request(address), timeout=10) as page:
        policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "script-src" not in policy


def test_ctrl_c_ends_it_with_its_apps_and_without_a_word(index):
    with served(index) as (server, address):
        url = urlsplit(address)
        with socket.create_connection((url.hostname, url.port)) as page:
            lines = [f"{name.replace('_', '-')}: {value}" for name, value in HANDSHAKE.items()]
            page.sendall(
                "\r\n".join(["GET /ws HTTP/1.1", f"Host: {url.netloc}", *lines, "", ""]).encode()
            )
            page.settimeout(60)
            drawn = b""
            while b"\x1b[" not in drawn:
                drawn += page.recv(4096)
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


def run(capsys, *arguments):
    try:
        code = main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().err


def test_a_port_that_is_taken_is_said(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, err = run(capsys, "serve", "--port", port)
    assert code == 1
    assert err == f"quoteback: port {port}: address already in use; choose another with --port\n"


def test_a_folder_that_is_no_index_is_wrong_use(tmp_path, capsys):
    (tmp_path / "notes").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        for folder in (tmp_path / "nowhere", tmp_path / "notes"):
            port = str(other.getsockname()[1])
            code, err = run(capsys, "serve", "--index", str(folder), "--port", port)
            assert code == 2
            assert err.startswith(f"quoteback: {folder} is not an index")


def test_a_port_that_is_none_is_wrong_use(capsys):
    code, err = run(capsys, "serve", "--port", "80000")
    assert code == 2
    assert "must be a port: 0 to 65535" in err


def test_without_the_extra_it_says_how_to_install_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.delitem(sys.modules, "tui.cli.serve.server", raising=False)
    monkeypatch.delitem(sys.modules, "textual_serve.server", raising=False)
    code, err = run(capsys, "serve")
    assert code == 1
    assert err.count("\n") == 1
    assert f"install it with `{sys.executable} -m pip install textual-serve`" in err


# In a real browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
DRIVER = shutil.which("chromedriver")
# The page keeps its terminal to itself: catch it where it is put together.
CATCH = """
Object.defineProperty(Object.prototype, "fitAddon", {
  set(value) {
    window.held = this;
    Object.defineProperty(this, "fitAddon", { value, writable: true });
  },
});
"""
# The rows of the screen, and what is drawn in reverse video.
READ = """
const buffer = window.held?.terminal.buffer.active, rows = [];
let reversed = "";
for (let y = 0; buffer && y < window.held.terminal.rows; y++) {
  const line = buffer.getLine(y);
  rows.push(line.translateToString(true));
  for (let x = 0; x < line.length; x++)
    if (line.getCell(x).isInverse()) reversed += line.getCell(x).getChars() || " ";
}
return [rows.join("\\n"), reversed];
"""


@pytest.fixture
def browser(tmp_path):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in (
        *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run"),
        *("disable-background-networking", "disable-component-update", "disable-sync"),
        f"user-data-dir={tmp_path / 'profile'}",
        "window-size=1280,800",
    ):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options, Service(DRIVER))
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": CATCH})
    yield driver
    driver.quit()


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver")
def test_a_question_asked_in_a_browser_is_answered_and_its_source_highlighted(address, browser):
    from selenium.webdriver import ActionChains

    def see(words, in_reverse=""):
        rows = reversed_ = ""
        for _ in range(600):
            rows, reversed_ = browser.execute_script(READ)
            if words in rows and in_reverse in reversed_:
                return
            time.sleep(0.1)
        raise AssertionError(f"not to be seen: {words} ({in_reverse}) in\n{rows}\n{reversed_}")

    browser.get(address)
    see("Ready: 1 document")
    # The input has the focus: no click.
    ActionChains(browser).send_keys("Who installed the boiler?\n").perform()
    see("boiler.md › Boiler", in_reverse="Hanna Voss")

    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    loaded = {
        urlsplit(message["params"]["request"]["url"]).netloc
        for message in asked
        if message["method"] == "Network.requestWillBeSent"
        and message["params"]["request"]["url"].startswith("http")
    }
    assert loaded == {urlsplit(address).netloc}
    assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
