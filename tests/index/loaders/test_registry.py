"""Formats by suffix; compressed files; the loaders of a library user."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import Content, Heading, Index, Retriever, Span
from index.loaders import (
    UnreadableFile,
    decode,
    is_supported,
    load_file,
    load_text,
    load_texts,
    parse,
    register_loader,
    suffix_of,
)

TEXT = "# Lamps\n\nThey burn oil.\r\n"


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr("index.loaders.registry._registered", {})


@pytest.mark.parametrize(
    ("name", "suffix", "supported"),
    [
        ("notes.md", ".md", True),
        ("NOTES.MD", ".md", True),
        ("README", "", True),
        ("README.Debian", "", True),
        ("NEWS.Debian.gz", ".gz", True),
        ("README.md", ".md", True),
        ("README.html.gz", ".html.gz", True),
        ("README.tar.bz2", ".tar.bz2", True),
        ("README.pages", ".pages", False),
        ("readme.cookie", ".cookie", False),
        ("paper.pdf", ".pdf", True),
        ("notes.MD.gz", ".md.gz", True),
        ("notes.gz", ".gz", True),
        ("paper.pdf.gz", ".pdf.gz", False),
        ("film.mpeg", ".mpeg", False),
        ("film.mpeg.gz", ".mpeg.gz", False),
        ("notes.md.gz.gz", ".gz.gz", False),
        ("ls.1.gz", ".1.gz", True),
        ("libz.so.1", ".so.1", False),
        ("libz.so.1.0", ".0", False),
        ("CC-BY-SA-4.0", "", True),
        ("notes.v2", "", True),
        ("notes.v2.gz", ".gz", True),
        ("GFDL-1.3", ".3", True),
        ("wget.info", ".info", True),
        ("wget.info-2", ".info", True),
        ("wget.info-12.gz", ".info.gz", True),
        ("Rain.pod", ".pod", True),
        ("index.rst.txt", ".rst.txt", True),
        ("first.txt", ".txt", True),
    ],
)
def test_files_are_told_by_their_suffix(name, suffix, supported):
    assert suffix_of(Path(name)) == suffix
    assert is_supported(Path(name)) == supported


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [
        (".doc", ".doc files are not read: save it as .docx"),
        (
            ".zim",
            ".zim files are not read: save it as .html: `zimdump dump --dir=FOLDER FILE` unpacks it",
        ),
        (".mp4", ".mp4 files are not read, and it is no text"),
        (".txt", "not text (binary data)"),
    ],
)
def test_what_is_not_read_says_what_would_be(suffix, reason):
    with pytest.raises(UnreadableFile) as error:
        parse(suffix, bytes(range(32)) * 4)
    assert str(error.value) == reason
    assert parse(suffix, b"Lamps").text == "Lamps"


def test_a_compressed_file_is_read_as_what_it_holds(tmp_path):
    path = tmp_path / "lamps.md.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    content = load_file(str(path))
    assert content.text == TEXT
    assert content.title == "Lamps"
    assert [heading.text for heading in content.headings] == ["Lamps"]
    # Two members, one after the other, are one file.
    assert parse(".txt.gz", gzip.compress(b"one, ") + gzip.compress(b"two")).text == "one, two"


def test_a_compressed_file_cut_short_anywhere_is_reported():
    data = gzip.compress(os.urandom(3000).hex().encode())
    for size in [*range(0, len(data), 128), len(data) - 1]:
        if size:
            with pytest.raises(UnreadableFile, match=r"^damaged: it cannot be unpacked$"):
                parse(".txt.gz", data[:size])
    assert len(parse(".txt.gz", data).text) == 6000


@pytest.mark.parametrize("data", [b"plain text", b"\x1f\x8b\x08" + bytes(40)])
def test_what_is_not_compressed_is_reported(data):
    with pytest.raises(UnreadableFile, match="cannot be unpacked"):
        parse(".txt.gz", data)


def test_a_compressed_bomb_is_reported():
    # Some megabytes do no harm, nor does a log that says nearly the same again and again.
    assert parse(".txt.gz", gzip.compress(b"x" * 2**20)).text
    log = "".join(
        f"2024-01-01 10:{n % 60:02} request {n * 7919 % 1000} served\n" for n in range(200_000)
    )
    assert parse(".log.gz", gzip.compress(log.encode())).text == log
    for size in (5 * 2**20, 50 * 2**20):
        with pytest.raises(UnreadableFile, match="unpacks to far more than a document would"):
            parse(".txt.gz", gzip.compress(b"x" * size))


@pytest.mark.parametrize("suffix", [".gz.gz", ".pdf.gz", ".docx.gz", ".epub.gz"])
def test_what_is_packed_twice_is_refused(suffix):
    with pytest.raises(UnreadableFile, match="packed once more: unpack it first"):
        parse(suffix, gzip.compress(b"x"))


def outline(data):
    """A loader as in the documentation: lines that begin with a star are headings."""
    text, headings, at = decode(data), [], 0
    for line in text.splitlines(keepends=True):
        if line.startswith("*"):
            words = line.strip("* \n")
            headings.append(Heading(Span(at, at + len(line)), 1, words))
        at += len(line)
    return Content(text, headings=tuple(headings))


@pytest.mark.e2e
@pytest.mark.parametrize("sandboxed", [False, True])
def test_a_loader_of_ones_own_takes_part_in_everything(tmp_path, words, monkeypatch, sandboxed):
    if sandboxed:
        source = "from index import Content, Heading, Span\nfrom index.loaders import decode\n"
        (tmp_path / "outlines.py").write_text(source + OUTLINE)
        monkeypatch.syspath_prepend(str(tmp_path))
        from outlines import outline as loader
    else:
        loader = outline
    register_loader((".OUT",), loader, sandboxed=sandboxed)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "plan.out").write_text("* Lamps\nThey burn oil until the morning comes.\n")
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        assert index.add([folder]).added == 1
        (hit,) = Retriever(index).search("oil")
    assert (hit.passage.heading, hit.passage.text) == (
        "Lamps",
        "They burn oil until the morning comes.",
    )


OUTLINE = """
def outline(data):
    text = decode(data)
    first, _, _ = text.partition("\\n")
    return Content(text, headings=(Heading(Span(0, len(first)), 1, first.strip("* ")),))
"""


@pytest.mark.e2e
def test_page_and_heading_come_back_with_a_hit(tmp_path, words, examples):
    folder = tmp_path / "notes"
    folder.mkdir()
    for suffix, data in examples.packed_examples().items():
        (folder / f"example{suffix}").write_bytes(data)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        report = index.add([folder])
        assert {Path(failure.path).name for failure in report.failed} == {
            "broken.pdf",
            "résumé.pdf",
        }
        hits = Retriever(index).search("lamp lit dusk dawn harbour", 20)
        pages = {
            (hit.passage.page, hit.passage.heading)
            for hit in hits
            if hit.document.path.endswith(".pdf")
        }
        assert pages == {(1, "Part 1"), (2, "Part 2"), (3, "Part 3")}
        (hit,) = [hit for hit in hits if "harbour" in hit.passage.text]
        assert (hit.passage.page, hit.passage.heading) == (None, "The Harbour")
        for hit in hits:
            assert hit.passage.span.of(index.text(hit.document.path)) == hit.passage.text


@pytest.mark.e2e
def test_plain_text_needs_no_parser_of_other_formats():
    code = "import sys; from index.loaders import parse; parse('.txt', b'x')"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"pypdfium2", "defusedxml", "selectolax", "markdown_it"}


def test_ctrl_c_while_a_file_is_parsed_leaves_a_good_index(tmp_path, words, child, folder, write):
    """What was committed before is there, and the file is tried again."""
    (tmp_path / "slowly.py").write_text("import time\ndef load(data): time.sleep(60)\n")
    write("lamps.txt", "They burn oil.")
    place = tmp_path / "an.index"
    with Index.open(place, create=True, encoder=words) as index:
        index.add([folder])
    write("ships.slow", "x")
    code = (
        f"sys.path.append({str(tmp_path)!r})\n"
        "import slowly\n"
        "from index.loaders import register_loader\n"
        "register_loader(('.slow',), slowly.load, sandboxed=True)\n"
        "def tell(progress):\n"
        "    if str(progress.current).endswith('.slow'): print('reading', flush=True)\n"
        "with Index.open(place, encoder=WordEncoder()) as index:\n"
        "    try: index.add([folder], progress=tell)\n"
        "    except KeyboardInterrupt: print('stopped', flush=True)\n"
    )
    process = child(code, place, folder)
    assert process.stdout.readline() == "reading\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    # How often progress is told of a file is not promised.
    assert process.stdout.read().splitlines()[-1] == "stopped"
    assert process.wait(60) == 0
    with Index.open(place, encoder=words) as index:
        assert index.verify() == []
        assert [Path(document.path).name for document in index.documents()] == ["lamps.txt"]
        assert index.status().failed == ()


@pytest.mark.model
@pytest.mark.parametrize(
    ("loader", "why"),
    [
        (decode, "its loader gives str, not Content"),
        (lambda data: Content(decode(data), paragraphs=(Span(0, 99),)), "outside a text of 5"),
    ],
)
def test_what_a_loader_of_ones_own_gets_wrong_costs_one_file(loader, why, tmp_path):
    register_loader((".own",), loader)
    (tmp_path / "a.own").write_text("Lamps")
    (tmp_path / "b.txt").write_text("Oil")
    with Index.open(tmp_path / "an.index", create=True) as index:
        report = index.add(tmp_path)
    assert report.added == 1
    [failure] = report.failed
    assert failure.path.endswith("a.own")
    assert why in failure.reason


def test_texts_are_read_together_as_one_by_one():
    texts = (TEXT, "\ufeff- a\n- b", "Plain é words.", "")
    together = list(load_texts(texts))
    assert together == [load_text(text) for text in texts]
    assert [content.text for content in together] == list(texts)
    assert together[0].title == "Lamps"
    assert list(load_texts(["<p>Oil</p>"], ".html")) != list(load_texts(["<p>Oil</p>"]))
