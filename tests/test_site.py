"""The pages of the site are whole: each has its place, and what leads nowhere is named."""

import re
import tomllib

import pytest

from tests.support import ROOT
from tests.support.page_makers import DOCS, import_page_maker


@pytest.fixture(scope="module")
def site():
    return import_page_maker("build_site")


def list_places(entries):
    for entry in entries:
        for place in entry.values():
            yield from [place] if isinstance(place, str) else list_places(place)


def test_every_page_has_one_place_in_the_navigation(site, tmp_path):
    site.write_pages(tmp_path / "pages")
    config = tomllib.loads((DOCS / "zensical.toml").read_text(encoding="utf-8"))
    places = list(list_places(config["project"]["nav"]))
    assert sorted(places) == sorted(page.name for page in (tmp_path / "pages").glob("*.md"))


def test_what_is_not_on_the_site_is_named_without_a_link(site):
    text = "[a](.docs/app.md#top) [b](NOTICE) [c](https://example.org/) [d](#here)"
    shown = site.lead_to_pages(text, ROOT / "README.md")
    assert shown == "[a](app.md#top) b [c](https://example.org/) [d](#here)"


@pytest.mark.parametrize(
    ("link", "is_broken"),
    [
        ('<a href="b.html#there">', False),
        ('<a href="b.html#nowhere">', True),
        ('<a href="c.html">', True),
        ('<a href="https://example.org/">', False),
        ('<script src="https://example.org/x.js"></script>', True),
        ('<img src="no.svg">', True),
    ],
)
def test_what_leads_nowhere_or_comes_from_elsewhere_is_named(site, tmp_path, link, is_broken):
    (tmp_path / "a.html").write_text(f"<p>{link}</p>")
    (tmp_path / "b.html").write_text('<p id="there"></p>')
    broken = site.find_broken_links(tmp_path)
    assert bool(broken) == is_broken
    assert all(line.startswith("a.html: ") for line in broken)


def test_pictures_move_within_themselves_and_fetch_nothing():
    pictures = sorted((ROOT / ".github" / "readme").glob("*.svg"))
    assert [picture.name for picture in pictures] == ["app.svg", "use.svg"]
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert len(text) < 700_000
        assert set(re.findall(r"https?://[^\s\"]+", text)) <= {
            "http://www.w3.org/2000/svg",
            "https://www.textualize.io",
        }
    frames = text.count('<g class="frame ')
    assert frames == text.count("@keyframes") > 3
    assert "prefers-reduced-motion" in text
