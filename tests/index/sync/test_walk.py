"""Which files are taken up, which are left out and why."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Content, Index, OneWriter, Shard, loaders
from index.filesystem.paths import Root, is_within
from index.sync import walk
from tests.support.encoders import WordEncoder
from tests.support.timing import takes_at_most


@pytest.fixture
def outside(tmp_path):
    return tmp_path / "an.index"


@pytest.fixture
def found(folder, outside):
    """What is found in the folder, or at places in it, with these roots besides."""

    def found(*places, include=(), exclude=(), roots=()):
        named = [Root(str(folder), include, exclude), *roots]
        return walk.walk(
            [str(folder / place) for place in places] or [str(folder)],
            {root.path: root for root in named},
            outside,
        )

    return found


def names(found, folder):
    return [str(path.relative_to(folder)) for path in found.files]


def reasons(found, folder):
    return {os.path.relpath(each.path, folder): each.reason for each in found.skipped.listed}


def test_a_folder_gives_its_files_of_known_kinds_in_order(found, folder, write):
    for name in ("b.txt", "a.md", "sub/c.HTML", "sub/deeper/d", "film.mp4", "e.7z"):
        write(name, "x")
    assert names(found(), folder) == ["a.md", "b.txt", "sub/c.HTML", "sub/deeper/d"]
    assert found().skipped.reasons == {"of an unsupported kind": 2}


def test_what_is_left_out_is_told_with_its_reason(found, folder, write, monkeypatch):
    monkeypatch.setattr(walk, "MAX_BYTES", 2**20)
    for name in (
        ".hidden.txt",
        ".git/config",
        "film.mp4",
        "old.doc",
        "a.tmp.txt",
        "drafts/a.md",
        "seen.md",
    ):
        write(name, "x")
    write("big.md", "x" * (2**20 + 1))
    write(".gitignore", "*.tmp.txt\n")
    (folder / "link.md").symlink_to("seen.md")
    os.mkfifo(folder / "pipe.txt")
    assert names(found(exclude=("drafts/",)), folder) == ["seen.md"]
    assert reasons(found(exclude=("drafts/",)), folder) == {
        ".hidden.txt": "hidden", ".git": "hidden", ".gitignore": "hidden",
        "film.mp4": "of an unsupported kind",
        "old.doc": "of an unsupported kind (save it as .docx)", "a.tmp.txt": "ignored", "drafts": "excluded",
        "big.md": "larger than 1 MB", "link.md": "a link", "pipe.txt": "not a regular file",
    }  # fmt: skip


def test_the_parts_of_a_page_that_was_saved_whole_are_left_out(found, folder, write):
    for name in ("Lamps.html", "Lamps_files/frame.html", "Oil_files/a.md", "b.htm/c.md"):
        write(name, "x")
    assert names(found(), folder) == ["Lamps.html", "Oil_files/a.md", "b.htm/c.md"]
    assert reasons(found(), folder) == {"Lamps_files": "parts of a saved page"}
    given = {Root(str(folder)), Root(str(folder / "Lamps_files"))}
    assert "Lamps_files/frame.html" in names(found(roots=given), folder)


def test_what_was_given_by_itself_is_not_left_out(found, folder, write):
    for name in ("data.xyz", "other.xyz", ".hidden/a.md"):
        write(name, "x")
    given = [Root(str(folder / "data.xyz")), Root(str(folder / ".hidden"))]
    assert sorted(names(found(roots=given), folder)) == [".hidden/a.md", "data.xyz"]
    assert reasons(found(roots=given), folder) == {"other.xyz": "of an unsupported kind"}


def test_many_are_counted_but_not_all_listed(found, folder):
    for number in range(1_100):
        (folder / f"{number}.mp4").touch()
    skipped = found().skipped
    assert skipped.reasons == {"of an unsupported kind": 1_100}
    assert (len(skipped), len(skipped.listed)) == (1_100, 1_000)


def test_no_link_is_followed(found, folder, write, tmp_path):
    write("real/a.txt", "x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text("x")
    (folder / "loop").symlink_to(folder)
    (folder / "real" / "up").symlink_to("..")
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "out.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (folder / "broken.txt").symlink_to("nowhere")
    assert names(found(), folder) == ["real/a.txt"]
    assert names(found("out/secret.txt", "loop/real/a.txt"), folder) == []


def test_a_link_given_itself_is_followed(folder, outside, write, tmp_path):
    write("a.txt", "x")
    link = str(tmp_path / "link")
    Path(link).symlink_to(folder)
    assert list(walk.walk([link], {link: Root(link)}, outside).files) == [Path(link, "a.txt")]


def test_the_index_is_never_entered_by_whatever_name(folder, write, tmp_path):
    write("a.txt", "x")
    write("sub/an.index/lock", "x")
    inside, link = folder / "sub" / "an.index", str(tmp_path / "link")
    Path(link).symlink_to(folder)
    for root in (str(folder), link, str(inside)):
        files = walk.walk([root], {root: Root(root)}, inside).files
        assert [path.name for path in files] == ["a.txt"] * (root != str(inside))


def test_names_may_be_any_bytes(found, folder):
    odd = [b"new\nline.txt", b"not utf-8 \xff.txt", "東京.txt".encode()]
    for name in odd:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    (folder / ".gitignore").write_bytes(b"*\xfe.txt\n")
    assert {os.fsencode(path.name) for path in found().files} == set(odd)


@pytest.mark.slow
def test_very_deep_folders_are_walked(found, folder):
    way = [folder]
    for _ in range(1_010):
        way.append(way[-1] / "a")
        way[-1].mkdir()
    (way[-1] / "b.txt").write_text("x")
    try:
        assert list(found().files) == [way[-1] / "b.txt"]
    finally:
        (way[-1] / "b.txt").unlink()
        for made in reversed(way[1:]):
            made.rmdir()


def test_a_folder_that_cannot_be_read_is_told(found, folder, write, monkeypatch):
    write("closed/a.txt", "x")
    write("open/b.txt", "x")
    opens = os.open

    def refuse(path, *arguments, **options):
        if path == "closed":
            raise PermissionError(13, "Permission denied", path)
        return opens(path, *arguments, **options)

    monkeypatch.setattr("index.filesystem.safe_opening.os.open", refuse)
    assert [path.name for path in found().files] == ["b.txt"]
    assert found().unreadable == {str(folder / "closed"): "Permission denied"}


# Ignore files


@pytest.mark.parametrize(
    ("ignored", "taken"),
    [
        ({".gitignore": "*.log\n"}, ["a.md", "build/b.md", "sub/a.md", "sub/keep/x.md"]),
        ({".gitignore": "build/\n/a.md"}, ["a.log", "keep.log", "sub/a.log", "sub/a.md", "sub/keep/x.md"]),
        ({".gitignore": "*.log\n!keep.log"}, ["a.md", "keep.log", "build/b.md", "sub/a.md", "sub/keep/x.md"]),
        # What is in an ignored folder cannot be taken back.
        ({".gitignore": "sub/\n!sub/a.md"}, ["a.log", "a.md", "keep.log", "build/b.md"]),
        ({".gitignore": "*\n!/keep.log"}, ["keep.log"]),
        # The deepest pattern decides.
        ({".gitignore": "*.log", "sub/.gitignore": "!a.log\nkeep/"}, ["a.md", "build/b.md", "sub/a.log", "sub/a.md"]),
        ({".gitignore": "*.log", ".ignore": "!a.log"}, ["a.log", "a.md", "build/b.md", "sub/a.log", "sub/a.md", "sub/keep/x.md"]),
        ({".ignore": "\ufeff*.log\r\n# *.md\n\n"}, ["a.md", "build/b.md", "sub/a.md", "sub/keep/x.md"]),
        # Lines that are no patterns are passed over.
        ({".gitignore": "!\n*.log"}, ["a.md", "build/b.md", "sub/a.md", "sub/keep/x.md"]),
    ],
)  # fmt: skip
def test_ignore_files_are_respected_as_git_does(found, folder, write, ignored, taken):
    for name in (
        "a.md",
        "a.log",
        "keep.log",
        "build/b.md",
        "sub/a.md",
        "sub/a.log",
        "sub/keep/x.md",
    ):
        write(name, "x")
    for name, text in ignored.items():
        write(name, text)
    assert names(found(), folder) == taken


def test_ignore_files_above_hold_within_a_repository(found, folder, write, tmp_path):
    write("a.md", "x")
    write("a.log", "x")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert names(found(), folder) == ["a.log", "a.md"]
    (tmp_path / ".git").mkdir()
    assert names(found(), folder) == ["a.md"]
    # Who names an ignored folder wants it.
    (tmp_path / ".gitignore").write_text("notes/\n*.log")
    assert names(found(), folder) == ["a.log", "a.md"]


def test_an_ignore_file_that_is_none_is_reported_and_not_followed(found, folder, write, tmp_path):
    # Nobody writes to the pipe, and the device never ends.
    os.mkfifo(folder / ".gitignore")
    write("a.md", "x")
    (folder / "sub").mkdir()
    (folder / "sub" / ".gitignore").symlink_to("/dev/zero")
    (tmp_path / "patterns").write_text("*.md")
    (folder / "sub" / ".ignore").symlink_to(tmp_path / "patterns")
    write("large/.ignore", "*.md\n" * 50_000)
    write("many/.gitignore", "*a*b*c*d*e*f*g*h\n" * 6_000)
    for name in ("sub/b.md", "large/c.md", "many/d.md"):
        write(name, "x")
    assert names(found(), folder) == ["a.md", "large/c.md", "many/d.md", "sub/b.md"]
    assert {os.path.relpath(path, folder): why for path, why in found().unreadable.items()} == {
        ".gitignore": "its patterns are not followed: not a regular file",
        "sub/.gitignore": "its patterns are not followed: a link, which is not followed",
        "sub/.ignore": "its patterns are not followed: a link, which is not followed",
        "large/.ignore": "its patterns are not followed: larger than 131 kB",
        "many/.gitignore": "its patterns are not followed: too many of them",
    }


@pytest.mark.parametrize(
    "pattern", ["*a" * 40 + "*b", "a/" + "**/a/" * 40 + "b", "[a]*" * 40 + "b"]
)
def test_a_pattern_takes_no_longer_however_many_stars_it_has(found, folder, write, pattern):
    write("a" * 200 + ".txt", "x")
    write("a/" * 60 + "a.txt", "x")
    write(".gitignore", pattern + "\n")
    with takes_at_most(5):
        assert len(found().files) == 2


# Include and exclude


def test_only_what_is_included_and_not_excluded_is_taken(found, folder, write):
    for name in ("a.md", "a.txt", "sub/b.md", "sub/b.txt", "drafts/c.md"):
        write(name, "x")
    assert names(found(include=("*.md",)), folder) == ["a.md", "drafts/c.md", "sub/b.md"]
    assert names(found(include=("sub/",)), folder) == ["sub/b.md", "sub/b.txt"]
    assert names(found(include=("/*.md",)), folder) == ["a.md"]
    assert names(found(exclude=("*.txt", "drafts")), folder) == ["a.md", "sub/b.md"]
    both = found(include=("*.md",), exclude=("sub/",))
    assert names(both, folder) == ["a.md", "drafts/c.md"]
    assert reasons(both, folder) == {"a.txt": "not included", "sub": "excluded"}


# What was named


def test_what_is_named_itself_is_taken_whatever_it_is_and_once(found, folder, write):
    odd, hidden, plain = (write(name, "x") for name in ("a.mp4", ".b.txt", "c.txt"))
    write("ignored/d.txt", "x")
    write(".gitignore", "ignored/\n")
    named = [Root(path) for path in (odd, hidden, plain, str(folder / "ignored"))]
    everything = found(roots=named)
    assert sorted(names(everything, folder)) == [".b.txt", "a.mp4", "c.txt", "ignored/d.txt"]
    # One that the folder's own walk takes is not needed.
    assert everything.walked_roots == {str(folder), odd, hidden, str(folder / "ignored")}
    assert names(found("a.mp4", roots=named), folder) == ["a.mp4"]


def test_a_folder_in_another_has_its_own_rules_or_the_outer_ones(found, folder, write):
    for name in ("a.md", "a.txt", "sub/b.md", "sub/b.txt"):
        write(name, "x")
    plain, ruled = Root(str(folder / "sub")), Root(str(folder / "sub"), ("*.txt",))
    assert names(found(include=("*.md",), roots=[plain]), folder) == ["a.md", "sub/b.md"]
    assert names(found("sub", include=("*.md",), roots=[plain]), folder) == ["sub/b.md"]
    assert names(found(include=("*.md",), roots=[ruled]), folder) == ["a.md", "sub/b.txt"]
    assert names(found("sub/b.md", roots=[ruled]), folder) == []


def test_places_in_a_folder_are_found_as_the_whole_walk_finds_them(found, folder, write):
    for name in ("a.md", "sub/b.md", "sub/deep/c.md", ".git/d.md", "node/e.md", "node/f/g.md"):
        write(name, "x")
    write(".gitignore", "node/\n")
    everything = names(found(), folder)
    assert everything == ["a.md", "sub/b.md", "sub/deep/c.md"]
    for place in (
        "a.md",
        "sub",
        "sub/deep/c.md",
        ".git",
        ".git/d.md",
        "node/f",
        "gone.md",
        "sub/x/y",
    ):
        expected = [name for name in everything if is_within(name, place)]
        assert names(found(place), folder) == expected
    assert names(found("sub", "sub/deep", "a.md"), folder) == ["sub/b.md", "sub/deep/c.md", "a.md"]


def test_a_place_under_no_root_is_not_found(found, tmp_path):
    (tmp_path / "stray.md").write_text("x")
    assert not found("../stray.md").files


def test_a_loader_that_is_registered_makes_its_files_known(found, folder, write, monkeypatch):
    monkeypatch.setattr("index.loaders.registry._registered", {})
    write("a.drawing", "x")
    assert names(found(), folder) == []
    loaders.register_loader((".drawing",), lambda data: Content(str(data)))
    assert names(found(), folder) == ["a.drawing"]


@given(st.binary(min_size=1, max_size=30), st.integers(1, 12))
def test_each_path_is_in_one_part(name, count):
    path = f"/{name.decode(errors='surrogateescape')}"
    assert sum(Shard(number, count).holds(path) for number in range(1, count + 1)) == 1


def test_parts_are_about_equal_and_the_same_everywhere():
    paths = [f"/folder/{number}.txt" for number in range(4_000)]
    sizes = [sum(Shard(number, 8).holds(path) for path in paths) for number in range(1, 9)]
    assert min(sizes) > 400
    assert [Shard(number, 8).holds("/a/b.txt") for number in range(1, 9)].index(True) == 2


@pytest.mark.parametrize(("number", "count"), [(0, 3), (4, 3), (1, 0), (-1, 2), (1, 10**6)])
def test_what_is_no_part_is_refused(number, count):
    with pytest.raises(ValueError, match="no shard"):
        Shard(number, count)


def test_an_index_in_a_folder_takes_one_writer(tmp_path):
    (tmp_path / "docs").mkdir()
    with (
        Index.open(tmp_path / "an.index", create=True, encoder=WordEncoder()) as index,
        pytest.raises(OneWriter, match="leave out --shard"),
    ):
        index.add([tmp_path / "docs"], shard=Shard(1, 2))
