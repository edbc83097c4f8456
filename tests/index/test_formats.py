"""The table of formats: it is the only place that knows them, but for their loaders."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from index.formats import BY_SUFFIX, FORMATS, describe_kind, find_format, read_suffix

ROOT = Path(__file__).parents[2]
# What these read or write are files of their own, not documents: the files of models, question
# sets, what is exported.
OWN_FILES = {
    "index/models/cache.py",
    "qa/evaluation/question_sets/beir.py",
    "qa/evaluation/question_sets/question_formats.py",
    "tui/cli/commands/eval/options.py",
    "tui/saved_conversations/conversations_screen.py",
    "tui/saved_conversations/export.py",
    "tui/source/programs.py",
}
# Names that are also everyday words of the program, such as "mail" and "images".
WORDS = {each.name for each in FORMATS if each.name.islower()}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_each_format_has_its_loader(form):
    loader = import_module(f"index.loaders.{form.module}")
    assert callable(loader.load)
    assert hasattr(loader, "open_container") == bool(form.container)
    assert {*form.viewed, *form.media_types.values()} <= {*form.suffixes}


def test_a_suffix_belongs_to_one_format_or_is_saved_as_one():
    suffixes = [suffix for each in FORMATS for suffix in (*each.suffixes, *each.save_as)]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix == suffix.lower() for suffix in suffixes)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/notes/rain.MD", "Markdown"),
        ("rain.md.gz", "Markdown"),
        ("index.rst.txt", "reStructuredText"),
        ("C:\\notes\\mail.mbox\\12", "mailboxes"),
        ("mail.mbox.gz/12", "mailboxes"),
        ("/notes/12", "plain text"),
        ("letter.eml/report.pdf", "PDF"),
        ("notes.tar.xz", "TAR archives"),
        ("README.Debian", "plain text"),
    ],
)
def test_a_document_is_of_the_format_that_its_path_tells(path, name):
    assert find_format(path).name == name


@pytest.mark.parametrize("path", ["film.mpeg", "libz.so.1", "rain.doc", "a/" * 3_000 + "b.mpeg"])
def test_what_is_not_in_the_table_has_no_format(path):
    assert find_format(path) is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.tsv", "table (TSV)"),
        ("a.odt", "ODT"),
        ("a.mbox/3", "MBOX"),
        ("a.mpeg", "MPEG"),
        ("notes.gz", "packed plain text"),
    ],
)
def test_a_kind_is_named_by_its_row(path, kind):
    assert describe_kind(path) == kind


def test_a_suffix_is_read_from_a_name_of_any_form():
    for name in ("", ".", "..", ".gz", "a.", "a..", ".md", "a.gz.gz", "\0.\0"):
        assert isinstance(read_suffix(name, BY_SUFFIX.__contains__), str)


@pytest.mark.parametrize("page", ["README.md", ".docs/formats.md"])
def test_the_pages_name_each_format(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for each in FORMATS:
        words = [*each.name.split(", "), *(suffix.lstrip(".").upper() for suffix in each.suffixes)]
        assert any(re.search(rf"\b{re.escape(word)}\b", text) for word in words if word), each.name


def test_no_other_module_knows_a_suffix_or_a_name():
    known = {suffix for suffix in BY_SUFFIX if suffix} | {each.name for each in FORMATS} - WORDS
    known |= {suffix for each in FORMATS for suffix in each.save_as}
    # Those of manual pages and numbers look alike.
    known -= {suffix for suffix in known if re.fullmatch(r"\.\d", suffix)}
    found = [
        f"{path}:{line}: {word}"
        for path, line, text in iterate_strings()
        for word in [text, *text.split()]
        if word in known and (word == text or all(each.startswith(".") for each in text.split()))
    ]
    assert not found


def iterate_strings() -> Iterator[tuple[str, int, str]]:
    """The strings in the program's code, but for docstrings."""
    for package in ("index", "qa", "tui"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name == "index/formats.py" or name in OWN_FILES | OWN_LOADERS:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield name, node.lineno, node.value


OWN_LOADERS = {
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT / "index" / "loaders").iterdir()
    if folder.is_dir() and folder.name not in ("shared", "sandbox")
    for path in folder.rglob("*.py")
}
