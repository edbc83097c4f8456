"""The pages for contributors name files and functions that exist."""

import re

import pytest

from tests.support import ROOT

PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("[a-z]*/README.md"), ROOT / ".github" / "CONTRIBUTING.md")
)
_FILE = re.compile(r"[\w./-]+\.(?:py|toml|sh|md|css)")
_CONSTANT = re.compile(r"`(\w+)` in `?((?:\w+/)*\w+\.py)\b")
_FUNCTION = re.compile(r"`(?:\w+\.)?(\w+)`[^`(]{0,3}\(((?:\w+/)*\w+\.py)\b")


def folder_of(page):
    """Paths on a package's page are below it, on the contributors' page below the root."""
    return ROOT if page.startswith(".github") else (ROOT / page).parent


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in sorted(set(_FILE.findall(text))):
        places = (folder_of(page) / name, ROOT / name, (ROOT / page).parent / name)
        assert any(place.exists() for place in places), name


@pytest.mark.parametrize("page", PAGES)
def test_every_function_that_a_page_names_with_its_file_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for function, name in _FUNCTION.findall(text):
        source = (folder_of(page) / name).read_text(encoding="utf-8")
        assert re.search(rf"\b(?:def|class) {function}\b", source), f"{function} in {name}"


@pytest.mark.parametrize("page", PAGES)
def test_every_constant_that_a_page_names_with_its_file_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for constant, name in _CONSTANT.findall(text):
        source = (folder_of(page) / name).read_text(encoding="utf-8")
        assert re.search(rf"\b{constant}\b", source), f"{constant} in {name}"


def test_each_package_has_its_page():
    assert {"index/README.md", "qa/README.md", "tui/README.md", "tests/README.md"} <= set(PAGES)
