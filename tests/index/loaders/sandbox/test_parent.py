"""The sandbox: whatever a file does to its loader costs that file, and nothing else."""

import gzip
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from array import array
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Content, Heading, Span, Table
from index.loaders import UnreadableFile, parse, register_loader
from index.loaders.sandbox.limits import Bounds, Budget, Limits
from index.loaders.sandbox.parent import LoaderFailed, Sandbox, SandboxClosed
from index.loaders.sandbox.wire import (
    BrokenWire,
    Failed,
    Made,
    Paged,
    Request,
    Unreadable,
    receive_message,
    send,
    send_message,
    send_reply,
)
from index.loaders.shared.container import Container, LeftOut, Member
from tests.support import ROOT
from tests.support.pythons import make_python_without_site
from tests.support.structures import blocks, marks

LOADERS = """
import ctypes, os, sys, time
from collections import Counter
from index import Content, Heading, Span
from index.loaders import UnreadableFile
from index.loaders.shared.pages_read import tell_page

parsed = []
def text(data):
    parsed.append(data)
    return Content(data.decode())
def count(data):
    parsed.append(data)
    return Content(str(len(parsed)))
def take_over(data):
    global text
    text = lambda data: Content("forged")
    return Content("taken over")
def linger(data):
    reply = b"".join(b"%d\\n%b" % (len(each), each) for each in (b"\\x81\\xa4type\\xa6Loaded", b"forged", b"", b""))
    os.write(3, reply * 2)
    time.sleep(60)
def most_common(data): return Content(Counter(data.decode()).most_common(1)[0][0])
def double(data): return data * 2
def size(data): return Content(str(len(data)))
def process(data): return Content(str(os.getpid()))
def loop(data):
    while True: pass
def sleep(data): time.sleep(60)
def hog(data): return Content(str(len(bytearray(2 * 2**30))))
def crash(data): ctypes.string_at(0)
def leave(data): os._exit(0)
def long(data): return Content("x" * 2000)
def pages(data):
    for number in range(3):
        tell_page(number + 1, 3)
        time.sleep(float(data))
    return Content("read" * 9_000)
def refuse(data): raise UnreadableFile("not today")
def refuse_half(data): raise UnreadableFile("a\\ud800b")
def fail(data): raise KeyError("lost")
def chatter(data):
    os.system("echo noise"); os.write(1, b"more noise\\n"); print("and more", flush=True)
    return Content("quiet")
def write(data):
    with open(data, "wb") as file: file.write(b"x")
    return Content("written")
def many(data): return Content("x " * 500, paragraphs=(Span(0, 1),) * 2000)
def headings(data): return Content("x", headings=(Heading(Span(0, 1), 1, "x" * 900),) * 2)
def say(data):
    os.write(3, data)
    time.sleep(60)
def flood(data):
    import msgspec
    fields = msgspec.msgpack.encode({"type": "Loaded"} | eval(data))[: 40 * 2**20]
    with open(3, "wb") as replies:
        replies.write(b"%d\\n%b1\\nx" % (len(fields), fields))
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of loaders that misbehave, which the sandbox can import."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "misbehaving.py").write_text(LOADERS)
    monkeypatch.syspath_prepend(str(folder))
    return "misbehaving"


@pytest.fixture
def sandbox(module):
    with Sandbox(Budget(Limits(text=1000, parts=1000))) as opened:
        yield opened


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A process that has ended and was not waited for is no longer alive either.
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def has_ended(process, seconds=30.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not is_alive(process):
            return True
        time.sleep(0.02)
    return False


def test_each_file_is_parsed_in_a_process_of_its_own(sandbox, module):
    processes = {sandbox.parse(module, "process", b"").text for _ in range(3)}
    assert len(processes) == 3
    assert str(os.getpid()) not in processes
    assert not any(is_alive(int(each)) for each in processes)


def test_whoever_takes_over_a_parser_has_no_part_in_the_next_file(sandbox, module):
    assert sandbox.parse(module, "take_over", b"").text == "taken over"
    assert sandbox.parse(module, "text", b"mine").text == "mine"
    assert [sandbox.parse(module, "count", b"").text for _ in range(2)] == ["1", "1"]


def test_what_a_parser_says_beyond_its_reply_is_no_reply_to_the_next_file(sandbox, module):
    assert sandbox.parse(module, "linger", b"").text == "forged"
    assert sandbox.parse(module, "text", b"mine").text == "mine"


@pytest.mark.parametrize(
    ("loader", "reason"),
    [
        ("hog", "needs more memory than allowed"),
        ("crash", "the parser of its format crashed on it"),
        ("leave", "the parser of its format crashed on it"),
        ("long", "holds more than 1,000 characters of text"),
        ("many", "holds more than 1,000 paragraphs, headings or names"),
        ("headings", "holds more than 1,000 characters of text"),
        ("refuse", "not today"),
    ],
)
def test_a_file_that_does_harm_is_reported_and_the_next_one_is_read(
    sandbox, module, loader, reason
):
    with pytest.raises(UnreadableFile, match=f"^{reason}$"):
        sandbox.parse(module, loader, b"")
    assert sandbox.parse(module, "text", "Straße 🙂".encode()).text == "Straße 🙂"


@pytest.mark.parametrize("loader", ["loop", "sleep"])
def test_a_file_that_takes_no_end_is_given_up(module, loader):
    with Sandbox(Budget(Limits(seconds=1))) as sandbox:
        with pytest.raises(UnreadableFile, match=r"^took longer than 1 s to read$"):
            sandbox.parse(module, loader, b"")
        # A megabyte, which is given the time that a busy machine may need.
        assert sandbox.parse(module, "size", bytes(2**20)).text == str(2**20)


@pytest.mark.parametrize("pause", [b"0", b"0.15"])
def test_whoever_waits_is_told_of_pages_that_take_long(module, pause):
    told, waits = [], []
    with Sandbox(
        on_wait=lambda: waits.append(1), on_page=lambda *page: told.append(page)
    ) as opened:
        assert len(opened.parse(module, "pages", pause).text) == 36_000
        assert told == [(1, 3), (2, 3), (3, 3)]
        assert opened.parse(module, "text", b"x").text
    assert waits or pause == b"0"


def test_what_is_raised_at_a_page_ends_the_file(module):
    def stop(number, _):
        raise KeyError(number)

    with Sandbox(on_page=stop) as opened:
        with pytest.raises(KeyError):
            opened.parse(module, "pages", b"0.5")
        assert opened.parse(module, "text", b"x").text


def test_what_the_standard_library_imports_late_is_there(sandbox, module):
    assert sandbox.parse(module, "most_common", b"abba ba b").text == "b"


def test_an_exception_of_a_loader_is_passed_on_in_words(sandbox, module):
    with pytest.raises(LoaderFailed, match=r"KeyError\('lost'\)"):
        sandbox.parse(module, "fail", b"")


def test_what_a_library_prints_is_no_part_of_the_reply(sandbox, module, capfd):
    assert sandbox.parse(module, "chatter", b"").text == "quiet"
    assert capfd.readouterr() == ("", "")


def test_parsing_writes_no_file(sandbox, module, tmp_path):
    place = tmp_path / "made"
    with pytest.raises(LoaderFailed, match=r"PermissionError|OSError"):
        sandbox.parse(module, "write", os.fsencode(place))
    assert not place.exists() or not place.stat().st_size


def test_a_fork_server_that_is_killed_between_two_files_is_started_again(module):
    with Sandbox() as sandbox:
        for word in (b"first", b"second"):
            assert sandbox.parse(module, "text", word).text == word.decode()
            server = sandbox._server._process
            os.kill(server.pid, signal.SIGKILL)
            assert has_ended(server.pid)


def test_a_larger_file_has_more_time(module):
    with (
        Sandbox(Budget(Limits(seconds=1, seconds_a_megabyte=1))) as sandbox,
        pytest.raises(UnreadableFile, match="took longer than 2 s"),
    ):
        sandbox.parse(module, "sleep", bytes(2**20))


def test_closing_ends_the_processes_and_whoever_waits_for_them(sandbox, module):
    others = find_processes(os.getpid())
    sandbox.parse(module, "text", b"")
    found = []

    def close():
        found.extend(set(find_processes(os.getpid())) - set(others))
        sandbox.close()

    timer = threading.Timer(1, close)
    timer.start()
    with pytest.raises(SandboxClosed):
        sandbox.parse(module, "loop", b"")
    timer.join()
    assert found
    assert all(has_ended(process) for process in found)
    sandbox.close()
    with pytest.raises(SandboxClosed):
        sandbox.parse(module, "text", b"")


def test_time_beyond_what_is_usual_is_shared_by_all_files_of_a_run(module):
    limits = Limits(seconds=2, usual_seconds=1, usual_a_megabyte=0, overtime=1)
    budget = Budget(limits)
    with Sandbox(budget) as sandbox:
        reasons = []
        for _ in range(3):
            with pytest.raises(UnreadableFile) as raised:
                sandbox.parse(module, "loop", b"")
            reasons.append(str(raised.value))
        assert reasons == ["took longer than 2 s to read"] + ["took longer than 1 s to read"] * 2
        assert budget.is_short(0)
        # What takes less time than is usual gives it back.
        for _ in range(2):
            assert sandbox.parse(module, "text", b"short").text == "short"
        assert budget.allow(0) == 2


def test_a_packed_file_is_unpacked_there_and_not_beyond_what_text_packs_to(sandbox, module):
    words = b"It rained. " * 100
    assert sandbox.parse(module, "text", gzip.compress(words), packed=True).text == words.decode()
    with pytest.raises(UnreadableFile, match="a bomb"):
        sandbox.parse(module, "text", gzip.compress(bytes(8 * 2**20)), packed=True)
    with pytest.raises(UnreadableFile, match="damaged"):
        sandbox.parse(module, "text", gzip.compress(words)[:-9], packed=True)


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="open files cannot be counted here")
def test_no_file_is_left_open(module):
    before = len(list(Path("/dev/fd").iterdir()))
    for loader, seconds in (("text", 60), ("crash", 60), ("loop", 1)):
        with Sandbox(Budget(Limits(seconds=seconds))) as sandbox:
            if loader == "text":
                sandbox.parse(module, loader, b"")
            else:
                with pytest.raises(UnreadableFile):
                    sandbox.parse(module, loader, b"")
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_several_threads_take_turns(sandbox, module):
    found = []
    threads = [
        threading.Thread(
            target=lambda word: found.append(sandbox.parse(module, "text", word).text),
            args=(str(number).encode(),),
        )
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [str(number) for number in range(8)]


def find_processes(parent):
    """The processes that a program has started for its sandbox, and those that these started."""
    above = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        # One that has ended meanwhile is no longer there.
        with suppress(OSError):
            above[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    ours = {each for each, starter in above.items() if starter == parent and is_parser(each)}
    return [each for each, starter in above.items() if each in ours or starter in ours]


def is_parser(process):
    return b"index.loaders.sandbox" in Path(f"/proc/{process}/cmdline").read_bytes()


def started_child(module, code, folder):
    """A program that parses in a sandbox; it prints a line when it has read a file."""
    prologue = (
        "import os, sys\n"
        "from index.loaders.sandbox.parent import Sandbox\n"
        "sandbox = Sandbox()\n"
        f"print(sandbox.parse({module!r}, 'text', b'read').text, flush=True)\n"
    )
    path = os.pathsep.join([str(ROOT), *sys.path])
    return subprocess.Popen(
        [sys.executable, "-P", "-c", prologue + code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )


LOOP = "sandbox.parse('misbehaving', 'loop', b'')"


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("sys.stdin.read()", 1),
        (LOOP, 2),
    ],
    ids=["idle", "busy"],
)
def test_when_the_program_is_killed_the_processes_end_too(module, tmp_path, code, count):
    with started_child(module, code, tmp_path) as child:
        processes = find_busy(child, count)
        child.send_signal(signal.SIGKILL)
        assert all(has_ended(process) for process in processes)


def find_busy(child, count):
    """The processes of a child, when it has so many."""
    assert child.stdout.readline() == "read\n"
    until = time.monotonic() + 60
    while len(processes := find_processes(child.pid)) != count and time.monotonic() < until:
        time.sleep(0.02)
    # It now parses, if it is to.
    time.sleep(0.2)
    assert len(processes) == count
    return processes


def test_ctrl_c_reaches_the_program_alone(module, tmp_path):
    code = f"try: {LOOP}\nexcept KeyboardInterrupt: print('stopped', flush=True)\n"
    with started_child(module, code, tmp_path) as child:
        processes = find_busy(child, 2)
        os.killpg(child.pid, signal.SIGINT)
        assert child.communicate(timeout=60) == ("stopped\n", "")
        assert child.returncode == 0
        assert all(has_ended(process) for process in processes)


def test_modules_in_the_current_folder_are_not_imported(module, tmp_path):
    for name in ("json", "queue", "selectolax", "index"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not meant to be run')")
    with started_child(module, "pass", tmp_path) as child:
        assert child.communicate(timeout=60)[0] == "read\n"


def test_a_loader_of_ones_own_can_ask_for_it(module, monkeypatch):
    import misbehaving

    monkeypatch.setattr("index.loaders.registry._registered", {})
    register_loader((".own",), misbehaving.process, sandboxed=True)
    assert parse(".own", b"").text != str(os.getpid())
    register_loader((".own",), misbehaving.fail, sandboxed=True)
    with pytest.raises(UnreadableFile, match=r"^not readable as \.own \(KeyError\('lost'\)\)$"):
        parse(".own", b"")
    with pytest.raises(ValueError, match="define it in a module"):
        register_loader((".own",), lambda data: Content(str(data)), sandboxed=True)


TEXT = st.text(max_size=30)


@st.composite
def contents(draw):
    text = draw(TEXT)
    place = st.integers(0, len(text))
    spans = st.tuples(place, place).map(lambda pair: Span(min(pair), max(pair)))
    headings = st.lists(st.builds(Heading, spans, st.integers(1, 9), TEXT), max_size=4)
    columns = st.lists(TEXT, max_size=3).map(tuple)
    tables = st.lists(st.builds(Table, spans, columns, TEXT), max_size=3)

    def ascending(found):
        return tuple(sorted(found, key=lambda each: getattr(each, "span", each)))

    return Content(
        text,
        title=draw(st.none() | TEXT),
        headings=draw(headings.map(ascending)),
        page_starts=tuple(sorted(draw(st.lists(place, max_size=4)))),
        paragraphs=draw(st.none() | st.lists(spans, max_size=4).map(ascending)),
        tables=draw(tables.map(ascending)),
        layout=draw(st.sampled_from(["prose", "lines"])),
        blocks=draw(st.none() | blocks(len(text))),
        marks=draw(marks(len(text))),
    )


REQUEST = Request(
    module="misbehaving",
    name="text",
    packed=False,
    seconds=1,
    patience=5,
    memory=0,
    bounds=Bounds(characters=1_000, parts=100, members=1_000),
    kinds=frozenset(("", ".txt", ".md")),
)


def over_the_wire(message, most=None):
    """What the program receives if a process sends this, or these bytes."""
    stream = BytesIO()
    if isinstance(message, bytes):
        stream.write(message)
    else:
        send_reply(stream, message)
    stream.seek(0)
    return receive_message(stream, msgspec.structs.replace(REQUEST, most=most))


@given(contents())
@settings(deadline=None)
def test_a_content_comes_over_the_wire_as_it_was(content):
    assert over_the_wire(Container(content)) == Container(content)


def test_files_in_a_file_come_over_the_wire_as_they_were():
    members = (Member("a/b.txt", b"words", ".txt"), Member("c", b"", ""))
    container = Container(Content("a/b.txt"), members, (LeftOut("d.exe", "of no kind", True),))
    assert over_the_wire(container) == container


def test_pages_come_over_the_wire():
    stream = BytesIO()
    send_message(stream, Paged(2, 3))
    assert over_the_wire(stream.getvalue()) == Paged(2, 3)


def test_lone_surrogates_in_a_reason_come_over_the_wire_as_what_stands_for_them(module):
    with Sandbox() as sandbox, pytest.raises(UnreadableFile, match="a\ufffdb"):
        sandbox.parse(module, "refuse_half", b"")


def test_bytes_come_only_from_whom_they_are_wanted():
    stream = BytesIO()
    send(stream, msgspec.msgpack.encode(Made()), b"drawn")
    assert over_the_wire(stream.getvalue(), most=5) == b"drawn"
    for sent, most in (
        (stream.getvalue(), 4),
        (stream.getvalue(), None),
        (Container(Content("")), 5),
    ):
        with pytest.raises(BrokenWire):
            over_the_wire(sent, most)


def test_a_function_makes_bytes_in_the_sandbox(sandbox, module):
    assert sandbox.run(module, "double", b"rain", 8, lambda: None) == b"rainrain"
    with pytest.raises(UnreadableFile, match="crashed"):
        sandbox.run(module, "double", b"rain", 7, lambda: None)
    with pytest.raises(LoaderFailed, match="not bytes"):
        sandbox.run(module, "text", b"rain", 8, lambda: None)
    with pytest.raises(LoaderFailed, match="not Content"):
        sandbox.parse(module, "double", b"rain")


@pytest.mark.parametrize("kind", [Unreadable, Failed])
def test_a_reason_is_a_short_line_that_can_be_seen(kind):
    (reason,) = msgspec.structs.astuple(over_the_wire(kind("\x1b]0;x\x07\n\u202ea " + "z" * 10**6)))
    assert reason.startswith("\ufffd]0;x\ufffd \ufffda zzz")
    assert reason.isprintable()
    assert len(reason) < 1_000


def test_names_that_are_left_out_can_be_seen():
    left = LeftOut("/etc\x1b[31m\n" + "x" * 10_000, "\x1b\n" * 10_000)
    [shown] = over_the_wire(Container(Content(""), left_out=(left,))).left_out
    assert shown.name.startswith("/etc\ufffd[31m\ufffdx")
    assert shown.name.isprintable()
    assert shown.reason.isprintable()
    assert len(shown.name) < 2_000


def encode(text=b"abc", files=(), blocks=b"", marks=b"", **fields):
    """The frames of a `Loaded`, as whoever has taken over a parser might write them."""
    stream = BytesIO()
    loaded = {"type": "Loaded", "has_blocks": bool(blocks), **fields}
    send(stream, msgspec.msgpack.encode(loaded), text, blocks, marks, *files)
    return stream.getvalue()


def numbers(*values):
    return array("I", values).tobytes()


def heading(start, end, level=1):
    return {"span": {"start": start, "end": end}, "level": level, "text": "words"}


@pytest.mark.parametrize(
    "fields",
    [
        {"text": b"\xff"},
        {"text": b"x" * 1_001},
        {"text": "🙂".encode() + b"x" * 1_000},
        {"title": 7},
        {"headings": [heading(0, 9)]},
        {"headings": [heading(2, 1)]},
        {"headings": [heading(2, 3), heading(0, 1)]},
        {"headings": [heading(0, 1, "1")]},
        {"headings": [heading(0, 1, 0)]},
        {"headings": [heading(0, 1, 2**62)]},
        {"headings": [{"span": {"start": 0, "end": 1}}]},
        {"headings": [heading(0, 0)] * 101},
        {"headings": [{**heading(0, 0), "text": "x" * 501}] * 2},
        {"page_starts": [-1]},
        {"page_starts": [4]},
        {"page_starts": [2, 1]},
        {"page_starts": ["0"]},
        {"page_starts": [2**64 - 1]},
        {"page_starts": [0] * 101},
        {"paragraphs": [{"start": 0, "end": True}]},
        {"paragraphs": [{"start": 0, "end": 1.5}]},
        {"paragraphs": 3},
        {"paragraphs": [{"start": 0, "end": 0}] * 101},
        {"has_blocks": 1},
        {"blocks": b"abc"},
        {"blocks": numbers(0, 0, 1, 0, 0, 0)},
        {"blocks": numbers(0, 0, 4, 0, 0, 0, 0)},
        {"blocks": numbers(0, 99, 1, 0, 0, 0, 0)},
        {"blocks": numbers(0, 0, 1, 2**31, 0, 0, 0)},
        {"blocks": numbers(1, 0, 1, 0, 2, 1, 0)},
        {"blocks": numbers(0, 2, 1, 0, 0, 0, 1, 0, 2)},
        {"blocks": numbers(0, 2, 1, 0, 0, 0, 2**30)},
        {"blocks": numbers(0, 0, 2, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0)},
        {"blocks": numbers(*[0, 0, 0, 0, 0, 0, 0] * 101)},
        {"blocks": numbers(0, 2, 0, 0, 0, 0, 401, *[0, 0] * 401)},
        {"marks": numbers(0, 0)},
        {"marks": numbers(0, 0, 4)},
        {"marks": numbers(99, 0, 1)},
        {"marks": numbers(*[0, 0, 0] * 101)},
        {"tables": [{"span": {"start": 2, "end": 4}, "columns": [], "caption": ""}]},
        {"tables": [{"span": {"start": 0, "end": 1}, "columns": "names"}]},
        {"tables": [{"span": {"start": 0, "end": 1}, "columns": [""] * 101}]},
        {"tables": [{"span": {"start": 0, "end": 1}, "columns": [], "caption": "x" * 1_001}]},
        {"layout": "free"},
        {"properties": {"doubtful": [[0, 10**12]]}},
        {"properties": {"doubtful": [[0, 1]] * 101}},
        {"properties": {"authors": ["a"] * 101}},
        {"properties": {"tags": [""] * 101}},
        {"properties": {"date": "no day"}},
        {"left_out": [{"name": "a", "reason": "b"}] * 101},
        {"members": [["../../etc/x", ".md"]], "files": [b"a"]},
        {"members": [["a", ".md"]]},
        {"members": [["a", ".exe"]], "files": [b"a"]},
        {"members": [["a", ".\x1b]0;owned\x07"]], "files": [b"a"]},
        {"members": [["a", ".md"], ["A", ".md"]], "files": [b"a", b"b"]},
        {"members": [["a", ".md"], ["b", ".md"]], "files": [b"a" * 501, b"b" * 500]},
    ],
)
def test_what_cannot_be_a_content_is_not_taken_for_one(fields):
    assert over_the_wire(encode()) == Container(Content("abc"))
    with pytest.raises(BrokenWire):
        over_the_wire(encode(**fields))


@pytest.mark.parametrize(
    "message", [b"", b"{}", b"\xc1", b"\x91" * 5_000, msgspec.msgpack.encode({"type": "Other"})]
)
def test_what_is_no_reply_is_not_taken_for_one(message):
    stream = BytesIO()
    send(stream, message)
    with pytest.raises(BrokenWire):
        over_the_wire(stream.getvalue())


@pytest.mark.parametrize(
    "line", [b"99999999999999\n", "٣٣\n".encode(), b"5\nabc", b"-1\n", b"\n", b"1" * 10_000]
)
def test_what_is_no_frame_is_not_taken_for_one(line):
    with pytest.raises(BrokenWire):
        over_the_wire(line)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_reply_or_a_broken_wire(message):
    stream = BytesIO()
    send(stream, message, b"text")
    with suppress(BrokenWire):
        over_the_wire(stream.getvalue())


@pytest.mark.parametrize("pages", [[(-5, 0)], [(1, 2), (1, 2)], [(3, 2)], [(1, 2**40)]])
def test_pages_that_cannot_be_are_not_told(sandbox, module, pages):
    stream = BytesIO()
    for page in pages:
        send_message(stream, Paged(*page))
    with pytest.raises(UnreadableFile, match="crashed"):
        sandbox.parse(module, "say", stream.getvalue())


HOSTILE_LISTS = {
    "paragraphs": "[{'start': 0, 'end': 0}] * 8_000_000",
    "page_starts": "[0] * 40_000_000",
    "left_out": "[{'name': '', 'reason': ''}] * 2_000_000",
    "members": "[['', '']] * 10_000_000",
    "properties": "{'authors': ['a'] * 20_000_000}",
}


@pytest.mark.parametrize("field", HOSTILE_LISTS)
def test_a_hostile_reply_costs_little(module, field):
    with Sandbox() as sandbox:
        started = time.process_time()
        with pytest.raises(UnreadableFile, match="crashed"):
            sandbox.parse(module, "flood", f"{{'{field}': {HOSTILE_LISTS[field]}}}".encode())
        assert time.process_time() - started < 3


def test_whoever_waits_is_told_of_that_also_while_a_reply_comes(module):
    def stop():
        raise KeyError("stopped")

    with Sandbox(on_wait=stop) as sandbox, pytest.raises(KeyError, match="stopped"):
        sandbox.parse(module, "say", b"4")


def test_what_whoever_waits_raises_is_not_blamed_on_the_file(module):
    def stop():
        raise BrokenPipeError("the progress cannot be shown")

    with Sandbox(on_wait=stop) as sandbox, pytest.raises(BrokenPipeError):
        sandbox.parse(module, "sleep", b"")


def test_whoever_waits_may_close_the_sandbox(module):
    sandbox = Sandbox(on_wait=lambda: sandbox.close())
    with pytest.raises(SandboxClosed):
        sandbox.parse(module, "sleep", b"")


def test_what_is_not_wanted_any_more_when_its_turn_comes_is_not_begun(sandbox, module):
    def stop():
        raise KeyError("stopped")

    with pytest.raises(KeyError, match="stopped"):
        sandbox.run(module, "double", b"rain", 8, stop)
    assert sandbox._server._process is None


def test_files_are_read_however_many_are_open(module):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1_200:
        pytest.skip("this system has too few")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1_200), hard))
    with Path(os.devnull).open() as empty:
        opened = [os.dup(empty.fileno()) for _ in range(1_100)]
        try:
            with Sandbox(on_wait=lambda: None) as sandbox:
                assert sandbox.parse(module, "text", b"read").text == "read"
        finally:
            for number in opened:
                os.close(number)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_modules_are_found_where_they_lie_now(module, tmp_path, monkeypatch):
    with Sandbox() as sandbox:
        assert sandbox.parse(module, "text", b"read").text == "read"
        (tmp_path / "later.py").write_text(LOADERS)
        monkeypatch.syspath_prepend(str(tmp_path))
        assert sandbox.parse("later", "text", b"read").text == "read"


def test_modules_are_found_where_the_program_finds_them(module, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.executable", make_python_without_site(tmp_path))
    with Sandbox() as sandbox:
        assert sandbox.parse(module, "text", b"read").text == "read"


def test_a_talk_that_was_interrupted_is_not_taken_up_again(module):
    with Sandbox() as sandbox:
        assert sandbox.parse(module, "text", b"first").text == "first"
        # As if Ctrl-C had come before anybody held the process.
        left = sandbox._server.start(module)
        assert sandbox.parse(module, "text", b"second").text == "second"
        left.end()
        assert sandbox.parse(module, "text", b"third").text == "third"
