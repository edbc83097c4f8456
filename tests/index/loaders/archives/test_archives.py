"""ZIP and TAR: what can be read in them, and one reason for what cannot; nothing leads out."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile, archives, list_kinds, load_file, open_container
from index.loaders.shared import container
from index.loaders.shared.container import LeftOut, MemberList, explain_name
from tests.support.packed_files import packed

KINDS = frozenset((".txt", ".md", ".zip"))


def archive_of_tar(entries, mode="w:"):
    """A TAR archive of pairs of a name and bytes, or of a name and what else is said of it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for name, what in entries:
            entry = tarfile.TarInfo(name)
            if isinstance(what, bytes):
                entry.size = len(what)
                archive.addfile(entry, io.BytesIO(what))
            else:
                for field, value in what.items():
                    setattr(entry, field, value)
                archive.addfile(entry)
    return made.getvalue()


def archive_of_zip(entries):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in entries:
            # Names are written as they are given, whatever they hold.
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            archive.writestr(entry, data)
    return made.getvalue()


BAD_NAMES = {
    "../a.txt": "a name that leads out of its container",
    "a/../../b.txt": "a name that leads out of its container",
    "/etc/a.txt": "a name from the root",
    "C:/a.txt": "a name from the root",
    "a\x01.txt": "control characters in its name",
    "a\u202etxt.exe.txt": "control characters in its name",
    "x/.git/a.txt": "hidden",
    "a" * 2_000 + ".txt": "too long a name, or none",
    "/".join("a" * 60) + ".txt": "too long a name, or none",
}


@pytest.mark.parametrize("make", [archive_of_zip, archive_of_tar])
@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_name_leads_out(make, name):
    found = archives.open_container(make([(name, b"x"), ("a.txt", b"y")]), KINDS)
    assert [each.name for each in found.members] == ["a.txt"]
    assert [each.reason for each in found.left_out] == [BAD_NAMES[name]]
    assert not found.left_out[0].failed


@pytest.mark.parametrize("make", [archive_of_zip, archive_of_tar])
def test_a_readme_is_a_text_whatever_follows_its_name(make):
    made = make([("doc/README.Debian", b"x"), ("README.exe.zip", b"y"), ("film.debian", b"z")])
    opened = archives.open_container(made, list_kinds(archives=True))
    assert [(each.name, each.suffix) for each in opened.members] == [
        ("doc/README.Debian", ""),
        ("README.exe.zip", ".zip"),
    ]
    assert [each.name for each in opened.left_out] == ["film.debian"]


@pytest.mark.parametrize(("make", "data"), [(archive_of_zip, b"1"), (archive_of_tar, b"3")])
def test_of_names_that_are_the_same_one_counts(make, data):
    entries = [("./x//a.txt", b"1"), ("x/A.TXT", b"2"), ("x/a.txt", b"3"), ("x/a.exe", b"4")]
    found = archives.open_container(make(entries), KINDS)
    assert [(each.name, each.data) for each in found.members] == [("x/a.txt", data)]
    assert [each.reason for each in found.left_out] == [
        *["of the same name as another in its container"] * 2,
        "of an unsupported kind",
    ]
    assert found.content.text == "x/a.txt\nx/a.exe"


def test_of_a_file_that_was_added_again_to_a_tar_archive_the_last_one_counts(tmp_path):
    path = tmp_path / "a.tar"
    for words in ("old", "newer", "new"):
        (tmp_path / "a.txt").write_text(words)
        with tarfile.open(path, "a") as archive:
            archive.add(tmp_path / "a.txt", "a.txt")
            archive.add(tmp_path / "a.txt", f"{words}.txt")
    found = archives.open_container(path.read_bytes(), KINDS)
    assert [(each.name, each.data) for each in found.members] == [
        ("a.txt", b"new"),
        ("old.txt", b"old"),
        ("newer.txt", b"newer"),
        ("new.txt", b"new"),
    ]
    assert {each.reason for each in found.left_out} == {
        "of the same name as another in its container"
    }


def test_a_file_with_two_names_that_is_given_twice_is_read():
    again = {"type": tarfile.LNKTYPE, "linkname": "./a.txt"}
    found = archives.open_container(archive_of_tar([("a.txt", b"a"), ("./a.txt", again)]), KINDS)
    assert [(each.name, each.data) for each in found.members] == [("a.txt", b"a")]
    assert [each.reason for each in found.left_out] == ["a link"]


def test_links_and_devices_are_left_out():
    entries = [
        ("a.txt", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
        ("b.txt", {"type": tarfile.LNKTYPE, "linkname": "c.txt"}),
        ("d.txt", {"type": tarfile.CHRTYPE}),
        ("e.txt", {"type": tarfile.FIFOTYPE}),
        ("f", {"type": tarfile.DIRTYPE}),
        ("c.txt", b"c"),
    ]
    found = archives.open_container(archive_of_tar(entries), KINDS)
    assert [each.name for each in found.members] == ["c.txt"]
    assert [each.reason for each in found.left_out] == ["a link"] * 2 + ["not a regular file"] * 2


def test_a_link_in_a_zip_is_left_out():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("a.txt")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    found = archives.open_container(made.getvalue(), KINDS)
    assert found.left_out == (LeftOut("a.txt", "a link"),)


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        (".tar", bytes),
        (".tgz", gzip.compress),
        (".tar.gz", gzip.compress),
        (".tar.bz2", bz2.compress),
        (".tbz2", bz2.compress),
        (".tar.xz", lzma.compress),
        (".txz", lzma.compress),
    ],
)
def test_packed_tar_archives_are_read_in_the_sandbox(sandbox, suffix, pack):
    data = pack(archive_of_tar([("räin.txt", b"It rained."), ("b.pdf", b"no")]))
    found = open_container(suffix, data, KINDS, sandbox)
    assert [(each.name, each.data) for each in found.members] == [("räin.txt", b"It rained.")]
    assert found.content.text == "räin.txt\nb.pdf"


def test_names_of_older_programs_are_read():
    data = archive_of_zip([(r"notes\2024\rain.txt", b"x")])
    assert archives.open_container(data, KINDS).members[0].name == "notes/2024/rain.txt"
    # UTF-8 that does not say so.
    data = archive_of_zip([("räin.txt", b"x")])
    unsaid = data.replace(struct.pack("<H", 0x800), bytes(2))
    assert archives.open_container(unsaid, KINDS).members[0].name == "räin.txt"


def test_an_encrypted_member_fails_and_the_others_do_not():
    data = bytearray(archive_of_zip([("a.txt", b"x"), ("b.txt", b"y")]))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    found = archives.open_container(bytes(data), KINDS)
    assert [each.name for each in found.members] == ["b.txt"]
    reason = "encrypted: save a copy without a password"
    assert found.left_out == (LeftOut("a.txt", reason, failed=True),)


def test_bombs_are_refused(sandbox):
    zeros = bytes(8 * 2**20)
    found = open_container(".zip", packed({"a.txt": zeros, "b.txt": "y"}), KINDS, sandbox)
    assert [each.name for each in found.members] == ["b.txt"]
    assert "zip bomb" in found.left_out[0].reason
    for suffix, pack in ((".tgz", gzip.compress), (".txz", lzma.compress), (".tbz2", bz2.compress)):
        with pytest.raises(UnreadableFile, match="bomb"):
            open_container(suffix, pack(archive_of_tar([("a.txt", zeros)])), KINDS, sandbox)


def test_a_member_that_says_it_is_huge_is_not_made_so():
    # A sparse file, of a terabyte.
    entry = tarfile.TarInfo("a.txt")
    entry.type, entry.size = tarfile.GNUTYPE_SPARSE, 512
    header = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"%011o\0" % 0 + b"%011o\0" % 512
    header[483:495] = b"%011o\0" % (8**11 - 1)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    found = archives.open_container(bytes(header) + bytes(512) + bytes(1024), KINDS)
    assert found.members == ()
    assert found.left_out == (LeftOut("a.txt", "not a regular file"),)


def test_members_are_counted(monkeypatch):
    monkeypatch.setattr(
        MemberList.__init__, "__defaults__", (3, *MemberList.__init__.__defaults__[1:])
    )
    entries = [(f"{number}.txt", b"x") for number in range(4)]
    archives.open_container(archive_of_zip(entries[:3]), KINDS)
    for data in (archive_of_zip(entries), archive_of_tar(entries)):
        with pytest.raises(UnreadableFile, match="holds more than 3 files"):
            archives.open_container(data, KINDS)


def test_files_that_are_left_out_are_counted(monkeypatch):
    monkeypatch.setattr(container, "MOST_MESSAGES", 3)
    entries = [(f"{number}.exe", b"x") for number in range(4)]
    assert len(archives.open_container(archive_of_zip(entries[:3]), KINDS).left_out) == 3
    with pytest.raises(UnreadableFile, match="holds more than 3 files: unpack it"):
        archives.open_container(archive_of_zip(entries), KINDS)


def test_bytes_of_all_members_are_counted(monkeypatch):
    monkeypatch.setattr(container, "LARGEST", 5)
    with pytest.raises(UnreadableFile, match="unpacks to more than"):
        archives.open_container(archive_of_tar([("a.txt", b"abc"), ("b.txt", b"def")]), KINDS)


def test_a_cut_archive_is_damaged():
    data = archive_of_tar([("a.txt", b"x" * 2_000)])
    for load, cut in (
        (archives.load, b"no archive" * 100),
        (archives.load, archive_of_zip([("a.txt", b"x")])[:-30]),
        (lambda data: archives.open_container(data, KINDS), data[:1_000]),
        (archives.load, gzip.compress(data)[:-20]),
    ):
        with pytest.raises(UnreadableFile, match="damaged"):
            load(cut)


def test_what_is_in_a_file_is_loaded_by_its_path(tmp_path):
    inner = packed({"rain.md": "# Rain\n\nIt rained."})
    (tmp_path / "a.zip").write_bytes(packed({"x/b.zip": inner}))
    assert load_file(tmp_path / "a.zip/x/b.zip/rain.md").title == "Rain"
    assert load_file(tmp_path / "a.zip/x/b.zip").text == "rain.md"
    for name in ("a.zip/x", "a.zip/y.txt", "a.zip/x/b.zip/rain.md/c"):
        with pytest.raises(UnreadableFile):
            load_file(tmp_path / name)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.binary(max_size=20)), max_size=5))
def test_whatever_names_there_are_members_stay_below(entries):
    data = archive_of_zip([(f"{name}.txt", data) for name, data in dict(entries).items()])
    found = archives.open_container(data, KINDS)
    for each in found.members:
        assert explain_name(each.name) is None
    assert len({each.name.casefold() for each in found.members}) == len(found.members)


def test_archives_are_among_the_kinds_only_where_they_are_wanted():
    assert {".zip", ".tar.gz", ".eml.gz", ".mbox"} <= list_kinds(archives=True)
    assert not {".zip", ".tar", ".tgz", ".tar.gz"} & list_kinds(archives=False)
    assert {".eml", ".mbox", ".mbox.gz", ".pdf"} <= list_kinds(archives=False)
