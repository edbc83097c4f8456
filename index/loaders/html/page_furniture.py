"""What stands around the text of a page: menus, banners, tables of contents and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from selectolax.lexbor import LexborNode

from index.loaders.html.page import Mark, Page

_DROPPED = frozenset(
    "head script style noscript template nav footer aside button select textarea input "
    "svg math iframe object embed canvas audio video map dialog".split()
)
_DROPPED_ROLES = frozenset("navigation banner contentinfo search complementary menu".split())
_NOTES = frozenset("footnote endnote rearnote note doc-footnote doc-endnote".split())
_DROPPED_CLASSES = frozenset(
    "nav navbar navheader navfooter navigation sidebar breadcrumb breadcrumbs menu footer "
    "site-footer site-header toc skip skip-link skiplink skip-nav skip-to-content related".split()
)
# Names that hint at menus, which are left out where links fill half of them or more.
_MENU_NAMES = frozenset(
    "nav navbar navigation sidebar breadcrumb breadcrumbs menu menubar topbar footer toc pager "
    "pagination related social share".split()
)
_NAME_PART = re.compile(r"[a-z]+")
_BANNER = re.compile(
    r"cookie[-_]?(?:banner|bar|consent|notice|law|popup|message|dialog|overlay|alert)|gdpr"
)
_LONGEST_BANNER, _LONGEST_HEADER = 1_500, 300
# From so many links on, with this share of its characters, an element is made of links.
_LINKS, _LINK_SHARE = 3, 0.7
# What hangs on a heading, to link to it.
_LINK_SIGNS = frozenset("¶#§🔗↩")


def is_dropped(node: LexborNode, page: Page) -> bool:
    tag = node.tag or ""
    if tag.startswith(("-", "!")):
        return True
    attributes = node.attributes
    if tag in _DROPPED:
        # Within the main part these hold notes, too, and in books they are marked as such.
        return tag != "aside" or not (page.is_main or _is_note(attributes))
    if not attributes:
        return False
    if tag == "a" and node.text(deep=True).strip() in _LINK_SIGNS:
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if (attributes.get("role") or "") in _DROPPED_ROLES:
        return True
    if not _is_named_for_dropping(attributes.get("class"), attributes.get("id")):
        return False
    # A page may be wrapped in an element of any name.
    size = len(node.text(deep=True))
    links = sum(len(link.text(deep=True)) for link in node.css("a"))
    return 2 * size < page.size or links > _LINK_SHARE * size


def _is_note(attributes: Mapping[str, str | None]) -> bool:
    kinds = f"{attributes.get('epub:type') or ''} {attributes.get('role') or ''}"
    return not _NOTES.isdisjoint(kinds.lower().split())


@lru_cache(maxsize=4096)
def _is_named_for_dropping(classes: str | None, identity: str | None) -> bool:
    return not _DROPPED_CLASSES.isdisjoint(f"{classes or ''} {identity or ''}".lower().split())


def words_of(node: LexborNode) -> str:
    """What a heading says, or a link to it, without numbers and signs."""
    return " ".join(re.findall(r"[^\W\d_]+", node.text(deep=True).lower()))


def is_around(mark: Mark, page: Page) -> bool:
    """Whether what was read since `mark` stands around the text of the page: menus and the like."""
    read = page.read - mark.read
    if not read or len(page.headings) > mark.headings + 1:
        return False
    tag, links = mark.node.tag, page.links - mark.links
    share = (page.linked - mark.linked) / read
    is_made_of_links = links >= _LINKS and share >= _LINK_SHARE
    # A table of contents: its words come again.
    if is_made_of_links and page.inner - mark.inner > 0.8 * links and tag != "p":
        return True
    # The top of a page, before its first heading.
    is_top = page.titles and not page.headings and not page.is_main
    if is_top and (is_made_of_links or (tag == "header" and read <= _LONGEST_HEADER)):
        return True
    if read > _LONGEST_BANNER and share < 0.5:
        return False
    attributes = mark.node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    if read <= _LONGEST_BANNER and _BANNER.search(names):
        return True
    is_menu = tag == "aside" or not _MENU_NAMES.isdisjoint(_NAME_PART.findall(names))
    return is_menu and links > 0 and share >= 0.5
