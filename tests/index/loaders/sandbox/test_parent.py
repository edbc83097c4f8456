"""The sandbox: whatever a file does to its loader costs that file, and nothing else."""

import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Content, Heading, Span, Table
from index.loaders import UnreadableFile, parse, register_loader
from index.loaders.sandbox.limits import Budget, Limits
from index.loaders.sandbox.parent import LoaderFailed, Sandbox, SandboxClosed
from index.loaders.sandbox.wire import (
    BrokenWire,
    Failed,
    Loaded,
    Unreadable,
    decode_reply,
    encode_reply,
)
from tests.support import ROOT

LOADERS = """
import ctypes, os, time
from index import Content
from index.loaders import UnreadableFile
from index.loaders.shared.pages_read import tell_page

parsed = []
def text(data):
    parsed.append(data)
    return Content(data.decode())
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
def fail(data): raise KeyError("lost")
def chatter(data):
    os.system("echo noise"); os.write(1, b"more noise\\n"); print("and more", flush=True)
    return Content("quiet")
def write(data):
    with open(data, "wb") as file: file.write(b"x")
    return Content("written")
def once(data):
    # It cannot bear that another file was parsed before.
    if parsed: os._exit(1)
    return Content("done")
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
    with Sandbox(Budget(Limits(text=1000))) as opened:
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


def test_files_are_parsed_in_one_other_process(sandbox, module):
    first, second = (sandbox.parse(module, "process", b"").text for _ in range(2))
    assert first == second != str(os.getpid())


@pytest.mark.parametrize(
    ("loader", "reason"),
    [
        ("hog", "needs more memory than allowed"),
        ("crash", "the parser of its format crashed on it"),
        ("leave", "the parser of its format crashed on it"),
        ("long", "holds more than 1,000 characters of text"),
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
        # The same process reads the next file.
        assert opened.parse(module, "text", b"x").text
    assert waits or pause == b"0"


def test_what_is_raised_at_a_page_ends_the_file(module):
    def stop(number, _):
        raise KeyError(number)

    with Sandbox(on_page=stop) as opened:
        with pytest.raises(KeyError):
            opened.parse(module, "pages", b"0.5")
        assert opened.parse(module, "text", b"x").text


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


def test_a_process_that_dies_after_other_files_gets_another_try(sandbox, module):
    assert sandbox.parse(module, "text", b"first").text == "first"
    assert sandbox.parse(module, "once", b"").text == "done"


def test_a_process_killed_between_two_files_is_started_again(sandbox, module):
    process = int(sandbox.parse(module, "process", b"").text)
    os.kill(process, signal.SIGKILL)
    assert has_ended(process)
    assert int(sandbox.parse(module, "process", b"").text) != process


def test_a_larger_file_has_more_time(module):
    with (
        Sandbox(Budget(Limits(seconds=1, seconds_a_megabyte=1))) as sandbox,
        pytest.raises(UnreadableFile, match="took longer than 2 s"),
    ):
        sandbox.parse(module, "sleep", bytes(2**20))


def test_closing_ends_the_process_and_whoever_waits_for_it(module):
    sandbox = Sandbox()
    process = int(sandbox.parse(module, "process", b"").text)
    timer = threading.Timer(0.2, sandbox.close)
    timer.start()
    started = time.monotonic()
    with pytest.raises(SandboxClosed):
        sandbox.parse(module, "loop", b"")
    assert time.monotonic() - started < 30
    assert has_ended(process)
    timer.join()
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


def started_child(module, code, folder):
    """A program that parses in a sandbox; it prints the process number of that first."""
    prologue = (
        "import os, sys\n"
        "from index.loaders.sandbox.parent import Sandbox\n"
        "sandbox = Sandbox()\n"
        f"print(sandbox.parse({module!r}, 'process', b'').text, flush=True)\n"
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


@pytest.mark.parametrize(
    "code",
    ["sys.stdin.read()", "sandbox.parse('misbehaving', 'loop', b'')"],
    ids=["idle", "busy"],
)
def test_when_the_program_is_killed_the_process_ends_too(module, tmp_path, code):
    with started_child(module, code, tmp_path) as child:
        process = int(child.stdout.readline())
        time.sleep(0.2)
        assert is_alive(process)
        child.send_signal(signal.SIGKILL)
        assert has_ended(process)


def test_ctrl_c_reaches_the_program_alone(module, tmp_path):
    code = (
        "try: sandbox.parse('misbehaving', 'loop', b'')\n"
        "except KeyboardInterrupt: print('stopped', flush=True)\n"
    )
    with started_child(module, code, tmp_path) as child:
        process = int(child.stdout.readline())
        time.sleep(0.3)
        os.killpg(child.pid, signal.SIGINT)
        assert child.communicate(timeout=60) == ("stopped\n", "")
        assert child.returncode == 0
        assert has_ended(process)


def test_modules_in_the_current_folder_are_not_imported(module, tmp_path):
    for name in ("json", "queue", "selectolax", "index"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not meant to be run')")
    with started_child(module, "pass", tmp_path) as child:
        assert child.communicate(timeout=60)[0].strip().isdigit()


def test_a_loader_of_ones_own_can_ask_for_it(module, monkeypatch):
    import misbehaving

    monkeypatch.setattr("index.loaders._registered", {})
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
        blocks=draw(st.none() | st.lists(spans, max_size=4).map(ascending)),
        tables=draw(tables.map(ascending)),
        layout=draw(st.sampled_from(["prose", "lines"])),
    )


@given(contents())
@settings(deadline=None)
def test_a_content_comes_over_the_wire_as_it_was(content):
    assert decode_reply(encode_reply(Loaded(content))) == Loaded(content)


def test_lone_surrogates_come_over_the_wire_as_what_stands_for_them():
    lone = Content("a", headings=(Heading(Span(0, 1), 1, "\ud800"),),
                   tables=(Table(Span(0, 1), ("\ud800",), "\ud800"),))  # fmt: skip
    loaded = decode_reply(encode_reply(Loaded(lone)))
    assert loaded.content.headings[0].text == loaded.content.tables[0].caption == "\ufffd"
    assert loaded.content.tables[0].columns == ("\ufffd",)
    assert decode_reply(encode_reply(Unreadable("\ud800"))) == Unreadable("\ufffd")
    assert decode_reply(encode_reply(Failed("\ud800"))) == Failed("\ufffd")


def heading(start, end, level=1):
    return {"span": {"start": start, "end": end}, "level": level, "text": "words"}


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"title": 7},
        {"headings": [heading(0, 9)]},
        {"headings": [heading(2, 1)]},
        {"headings": [heading(2, 3), heading(0, 1)]},
        {"headings": [heading(0, 1, "1")]},
        {"headings": [{"span": {"start": 0, "end": 1}}]},
        {"page_starts": [-1]},
        {"page_starts": [4]},
        {"page_starts": [2, 1]},
        {"page_starts": ["0"]},
        {"blocks": [{"start": 0, "end": True}]},
        {"blocks": [{"start": 0, "end": 1.5}]},
        {"blocks": 3},
        {"tables": [{"span": {"start": 2, "end": 4}, "columns": [], "caption": ""}]},
        {"tables": [{"span": {"start": 0, "end": 1}, "columns": "names"}]},
        {"layout": "free"},
    ],
)
def test_what_is_no_content_is_not_taken_for_one(change):
    def decoded(content):
        return decode_reply(msgspec.msgpack.encode({"type": "Loaded", "content": content}))

    assert decoded({"text": "abc"}) == Loaded(Content("abc"))
    with pytest.raises(BrokenWire):
        decoded({"text": "abc", **change})


@pytest.mark.parametrize(
    "frame", [b"", b"{}", b"\xc1", b"\x91" * 5_000, msgspec.msgpack.encode({"type": "Other"})]
)
def test_what_is_no_reply_is_not_taken_for_one(frame):
    with pytest.raises(BrokenWire):
        decode_reply(frame)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_reply_or_a_broken_wire(frame):
    with suppress(BrokenWire):
        decode_reply(frame)
