"""The app in a browser: served to this machine alone, with nothing loaded from elsewhere."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.command_line import run_command, start_process
from tui.cli.main import main

pytestmark = pytest.mark.slow

NOTE = "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory, encoder):
    """An index of one note; all models are in the cache once it has been asked."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "boiler.md").write_text(NOTE, encoding="utf-8")
    assert main(["index", str(folder / "boiler.md"), "--index", str(folder / "index")]) == 0
    assert main(["ask", "Who installed the boiler?", "--index", str(folder / "index")]) == 0
    return folder / "index"


class Page:
    """What a browser knows once it has opened the address that was printed."""

    def __init__(self, link):
        self.host, self.port = urlsplit(link).hostname, urlsplit(link).port
        self.address = f"http://{self.host}:{self.port}"
        answer = self.ask(link.removeprefix(self.address))
        self.path = answer.headers.get("Location")
        self.cookie = (answer.headers.get("Set-Cookie") or "").partition(";")[0]

    def ask(self, path, **headers):
        """The answer to a request with these headers."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=names)
        return connection.getresponse()

    def status(self, path="", **headers):
        """The status of a request for something beside the page, with the cookie."""
        return self.ask(self.path + path, **{"Cookie": self.cookie, **headers}).status

    @contextmanager
    def websocket(self, query="", **headers):
        """The connection that an app is drawn over."""
        headers = {
            "Host": f"{self.host}:{self.port}",
            "Cookie": self.cookie,
            **HANDSHAKE,
            **headers,
        }
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        with socket.create_connection((self.host, self.port)) as connection:
            connection.settimeout(60)
            first = f"GET {self.path}ws{query} HTTP/1.1"
            connection.sendall("\r\n".join([first, *lines, "", ""]).encode())
            yield connection


def send_message(connection, message):
    """A masked frame of text."""
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    connection.sendall(b"\x81" + length + bytes(4) + payload)


def wait_until_drawn(connection, words=b""):
    drawn = b""
    while b"\x1b[" not in drawn or words not in re.sub(rb"\x1b\[[\d;?]*[A-Za-z]", b"", drawn):
        received = connection.recv(65_536)
        assert received, drawn[-300:]
        drawn += received
        if b"\x89\0" in received:
            # The answer to a ping.
            connection.sendall(b"\x8a\x80" + bytes(4))


@contextmanager
def served(index):
    """A server's process, and the address that it prints."""
    environment = {**os.environ, "XDG_DATA_HOME": str(index.parent)}
    server = start_process("serve", "--port", 0, "--index", index, env=environment)
    try:
        yield server, read_link(server)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)


def read_link(server):
    return next(word for word in server.stdout.readline().split() if "://" in word)


def apps_of(server):
    """The processes of the apps that a server has started."""
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(server.pid)], capture_output=True, text=True, check=False
    )
    return [int(number) for number in done.stdout.split()]


def wait_until_ended(processes, seconds=30):
    until = time.monotonic() + seconds
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < until, processes
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server(index):
    with served(index) as (process, link):
        yield process, Page(link)


@pytest.fixture(scope="module")
def page(server):
    return server[1]


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def test_no_other_machine_can_reach_it(page):
    assert page.host == "127.0.0.1"
    # Another address of the same machine.
    with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
        socket.create_connection(("127.0.0.2", page.port), timeout=1)


def test_pages_of_other_sites_cannot_use_it(page):
    here = f"{page.host}:{page.port}"
    assert page.status("ws", Origin="http://elsewhere.example", **HANDSHAKE) == 403
    assert page.status("ws", Origin="http://localhost:1", **HANDSHAKE) == 403
    # A name that somebody has made to lead to this machine.
    assert page.status(Host="elsewhere.example") == 403
    assert page.status("ws", Origin=page.address) == 400  # no handshake
    assert page.status(Origin=page.address, Host=here) == 200


def test_nobody_can_use_it_without_the_address_that_was_printed(page):
    for path in ("/", "/?token=", "/?token=guessed", "/ws", "/static/js/textual.js", "/elsewhere"):
        for headers in ({}, HANDSHAKE):
            assert page.ask(path, **headers).status == 403
            assert page.ask(path, Cookie="quoteback=guessed", **headers).status == 403
    for path in ("", "ws", "static/js/textual.js", "pages/focus.js"):
        assert page.status(path, Cookie="quoteback=guessed") == 403
        assert page.ask(page.path + path, **HANDSHAKE).status == 403
    with page.websocket(Cookie="quoteback=guessed") as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 403")


def test_the_address_that_was_printed_opens_one_browser_and_the_next_one_is_printed(index):
    with served(index) as (server, link):
        first = Page(link)
        cookie = first.ask(f"{first.path}", Cookie=first.cookie)
        assert cookie.status == 200
        path = link.removeprefix(first.address)
        # The same browser may go back to it; another one is sent to the terminal.
        assert first.ask(path).headers["Location"] == first.path
        assert "Set-Cookie" not in first.ask(path).headers
        for _ in range(3):
            assert first.ask(first.path).status == 403
        second = Page(read_link(server))
        assert second.status() == first.status() == 200
        assert second.cookie != first.cookie


def test_the_cookie_goes_to_no_script_no_other_site_and_no_other_server(index):
    with served(index) as (_, link):
        url = urlsplit(link)
        connection = http.client.HTTPConnection(url.netloc, timeout=10)
        connection.request("GET", f"{url.path}?{url.query}")
        answer = connection.getresponse()
        parts = [part.strip() for part in answer.headers["Set-Cookie"].split(";")]
        assert parts[1:] == [f"Path={answer.headers['Location']}", "HttpOnly", "SameSite=Strict"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_may_load_nothing_from_elsewhere(page):
    answer = page.ask(page.path, Cookie=page.cookie)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "script-src" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_ctrl_c_ends_it_with_its_apps_and_without_a_word(index):
    with served(index) as (server, link):
        page = Page(link)
        with page.websocket() as connection:
            wait_until_drawn(connection)
            apps = apps_of(server)
            assert len(apps) == 1
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=30)
        assert (server.returncode, errors) == (0, "")
        wait_until_ended(apps)


def test_its_apps_end_when_it_is_killed(index):
    with served(index) as (server, link):
        with Page(link).websocket() as connection:
            wait_until_drawn(connection)
            apps = apps_of(server)
            server.kill()
            wait_until_ended(apps)
        assert apps


NO_MESSAGES = [
    b"hello", b"{}", b"[]", b"[" * 5_000, b'["stdin", 5]', b'["stdin", "\\ud800"]', b'["resize"]',
    ["resize", {}], ["resize", {"width": "a", "height": None}], ["resize", {"width": 1e9, "height": 2}],
    ["resize", {"width": -5, "height": -5}], ["resize", {"width": 10**30, "height": 10**30}],
    ["ping", {}], ["ping"], ["unknown", 1], None, 7, [None], [["stdin"], "x"], ["blur", {}], ["focus"],
]  # fmt: skip


def test_what_is_no_message_is_passed_over_and_no_size_is_too_large(server):
    process, page = server
    query = "?width=99999999999999999999&height=-1"
    with page.websocket(query) as connection:
        wait_until_drawn(connection)
        (app,) = apps_of(process)
        for message in NO_MESSAGES:
            send_message(connection, message)
        send_message(connection, ["resize", {"width": 80, "height": 24}])
        send_message(connection, ["stdin", "Ω"])
        wait_until_drawn(connection, "Ω".encode())
        status = Path(f"/proc/{app}/status").read_text()
        peak = int(status.partition("VmHWM:")[2].split()[0])
        assert peak < 1_500_000  # KB
    wait_until_ended([app])


def test_requests_that_are_none_end_in_no_traceback(index):
    with served(index) as (server, link):
        page = Page(link)
        for request in (
            b"\0\xff\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"CONNECT elsewhere.example:443 HTTP/1.1\r\n\r\n",
            b"GET /?token=%ff%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \xff\r\n\r\n",
        ):
            with socket.create_connection((page.host, page.port)) as connection:
                connection.settimeout(10)
                connection.sendall(request)
                assert not connection.recv(4096).startswith(b"HTTP/1.1 200")
        for path in (
            "static/../../server.py",
            "static/%2e%2e/server.py",
            "pages/..%2f..%2fserver.py",
            "static/",
        ):
            assert page.status(path) in (403, 404)
        assert page.status("ws?width=a&height=%00") == 400
        assert page.status() == 200
        server.send_signal(signal.SIGINT)
        output, errors = server.communicate(timeout=30)
        assert (output, errors) == ("", "")


def test_no_more_apps_and_connections_than_some(index):
    with served(index) as (server, link), ExitStack() as opened:
        page = Page(link)
        for _ in range(8):
            connection = opened.enter_context(page.websocket())
            assert connection.recv(4096).startswith(b"HTTP/1.1 101")
        with page.websocket() as connection:
            assert connection.recv(4096).startswith(b"HTTP/1.1 503")
        idle = [
            opened.enter_context(socket.create_connection((page.host, page.port)))
            for _ in range(100)
        ]
        # Whoever has access is answered all the while.
        assert page.status() == 200
        # The oldest are cut off at once, and the others when they have asked for nothing.
        for connection in idle:
            connection.settimeout(30)
            with suppress(ConnectionError):
                assert connection.recv(1) == b""
        assert page.status() == 200
        apps = apps_of(server)
    wait_until_ended(apps)


def test_a_port_that_is_taken_is_said(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, _, err = run_command(capsys, "serve", "--port", port)
    assert code == 1
    problem = f"127.0.0.1, port {port}: address already in use; choose another with --port"
    assert err == f"quoteback: {problem}\n"


def test_a_folder_that_is_no_index_is_wrong_use(tmp_path, capsys):
    (tmp_path / "notes").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        for folder in (tmp_path / "nowhere", tmp_path / "notes"):
            port = str(other.getsockname()[1])
            code, _, err = run_command(capsys, "serve", "--index", str(folder), "--port", port)
            assert code == 2
            assert err.startswith(f"quoteback: {folder} is not an index")


def test_a_port_that_is_none_is_wrong_use(capsys):
    code, _, err = run_command(capsys, "serve", "--port", "80000")
    assert code == 2
    assert "must be a port: 0 to 65535" in err


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


needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver"
)


def see(browser, words, in_reverse=""):
    """Wait until words are on the screen."""
    rows = reversed_ = ""
    for _ in range(600):
        rows, reversed_ = browser.execute_script(READ)
        if words in rows and in_reverse in reversed_:
            return
        time.sleep(0.1)
    raise AssertionError(f"not to be seen: {words} ({in_reverse}) in\n{rows}\n{reversed_}")


def press(browser, keys):
    from selenium.webdriver import ActionChains

    ActionChains(browser).send_keys(keys).perform()


def list_loaded(browser):
    """The hosts that the page has asked for anything."""
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {
        urlsplit(message["params"]["request"]["url"]).netloc
        for message in asked
        if message["method"] == "Network.requestWillBeSent"
        and message["params"]["request"]["url"].startswith(("http", "ws"))
    }


@needs_browser
def test_a_question_asked_in_a_browser_is_answered_and_its_source_highlighted(index, browser):
    with served(index) as (_, link):
        browser.get(link)
        see(browser, "Ready")
        # The input has the focus: no click.
        press(browser, "Who installed the boiler?\n")
        see(browser, "boiler.md › Boiler", in_reverse="Hanna Voss")
        assert list_loaded(browser) == {urlsplit(link).netloc}
        assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []


# Elements of a page that could bring in something, or lead away.
FOREIGN = """
const names = "img, iframe, object, embed, script, link, a[href], form, base, meta";
return [...document.querySelectorAll(names)].map(each => each.outerHTML);
"""
# What would act on a page, or on a terminal, if it were not only shown.
_SCRIPTS = (
    '<script>window.taken = 1; alert(1)</script><img src="http://evil.example/x.png" '
    'onerror="window.taken = 1"><iframe src="http://evil.example/"></iframe>'
    '<a href="http://evil.example/">here</a><style>@import url(http://evil.example/a.css)</style>'
)
_STEERING = (
    "\x1b]8;;http://evil.example/\x07a link\x1b]8;;\x07 \x1b]0;taken\x07\x1b]52;c;dGFrZW4=\x07"
    "\x1b[2J\x1b[?1049l\x1bP+q544e\x1b\\\x1b_Gi=1\x1b\\\x9b31m \u202egnp.\u2066 \x1bc"
)


@needs_browser
def test_hostile_documents_act_on_nothing_in_a_browser(tmp_path, encoder, browser):
    from selenium.common.exceptions import NoAlertPresentException

    notes = tmp_path / "notes"
    notes.mkdir()
    for name, question in (
        ("<img src=x onerror=alert(1)>.md", "lighthouse"),
        ("\x1b]8;;http:evil.example\x07x\x1b[2J.txt", "windmill"),
        ("a&lt;script&gt;\u202egnp.html", "ropewalk"),
    ):
        kept = f"The {question} was built in 1794 by Ann {_SCRIPTS} Lee {_STEERING} of the harbour."
        long_line = f"\n\n{'wide ' * 20_000}{_SCRIPTS}\n"
        (notes / name).write_text(f"# The {question}\n\n{kept}{long_line}", encoding="utf-8")
    assert main(["index", str(notes), "--index", str(tmp_path / "index")]) == 0
    with served(tmp_path / "index") as (_, link):
        browser.get(link)
        see(browser, "Ready")
        title, foreign = browser.title, browser.execute_script(FOREIGN)
        for question in ("lighthouse", "windmill", "ropewalk"):
            press(browser, f"When was the {question} built?\n")
            see(browser, f"The {question} was built in", in_reverse="1794")
        with pytest.raises(NoAlertPresentException):
            browser.switch_to.alert.accept()
        assert browser.execute_script("return window.taken") is None
        assert browser.execute_script(FOREIGN) == foreign
        assert browser.execute_script("return document.body.innerHTML").find("evil.example/x") < 0
        assert (browser.title, len(browser.window_handles)) == (title, 1)
        assert browser.current_url.startswith(link.partition("?")[0])
        assert list_loaded(browser) == {urlsplit(link).netloc}
