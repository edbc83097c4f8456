"""What stands around the text of a page: menus, banners, tables of contents and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from selectolax.lexbor import LexborNode

from index.loaders.pages.html.breadcrumbs import are_breadcrumbs, is_called_breadcrumbs
from index.loaders.pages.html.hidden import is_hidden
from index.loaders.pages.html.page import HEADINGS, Counts, Mark, Page
from index.loaders.pages.html.page_numbers import is_page_number
from index.loaders.pages.html.teasers import are_teasers

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
# A notice of cookies under any other name: what it says, and what it wants.
_COOKIES = re.compile(
    r"\b(?:we|(?:web)?site|page|service)s?,? (?:also )?uses? (?:\w+ )?cookies\b", re.I
)
_CONSENT = re.compile(
    r"\b(?:by (?:continuing|using)|accept|agree|consent|(?:find out|learn|read) more|got it"
    r"|cookie (?:policy|policies|settings)|privacy)\b",
    re.IGNORECASE,
)
_LONGEST_NOTICE = 500
# What stands above an advertisement, or below one; how to pass by the menus.
_LABEL = re.compile(
    r"(?:(?:skip |(?:article|story) continues (?:below|after) )?(?:this )?advertise?ments?"
    r"|skip to (?:the )?(?:main )?content|advertising|continue reading the main story|anzeigen?"
    r"|werbung|publicité|publicidad|pubblicità|reklama?|реклама|広告|广告)\W*",
    re.IGNORECASE,
)
_LONGEST_LABEL = 50
_LABELLED = frozenset("div p section figure center aside header".split())
_LISTS = frozenset(("ul", "ol"))
# From so many links on, with this share of its characters, an element is made of links.
_LINKS, _LINK_SHARE = 3, 0.7
# Links from page to page say such words only, or lead one back and one on.
_STEP = re.compile(
    r"\W*(?:(?P<back>prev|previous)|(?P<forth>next)|up|home|top|index|contents|table of contents"
    r"|(?:back )?to (?:the )?top|back to (?:the )?(?:contents|index|(?:[\w.]+ ){0,3}home ?page))"
    r"(?-i:(?![a-z]))"
    r"\W*(?P<more>\w.*)?",
    re.IGNORECASE | re.DOTALL,
)
# How many characters that are no links may stand between them, of either kind.
_BETWEEN_STEPS, _AROUND_STEPS = 20, 60
# A site's motto, above the first heading.
_MOTTO = frozenset("tagline slogan strapline site-description".split())
# What hangs on a heading, to link to it: a sign, or one that only the page's own font can draw.
_LINK_SIGN = re.compile("[¶#§🔗↩\ue000-\uf8ff]")


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
    if tag == "a" and _LINK_SIGN.fullmatch(node.text(deep=True).strip()):
        return True
    if is_hidden(node) or is_page_number(node, attributes, is_in_table=bool(page.layouts)):
        return True
    if (attributes.get("role") or "") in _DROPPED_ROLES:
        return True
    if tag in HEADINGS or not _is_called_furniture(node, attributes) or _announces_prose(node):
        return False
    # A page may be wrapped in an element of any name.
    size = len(node.text(deep=True))
    links = sum(len(link.text(deep=True)) for link in node.css("a"))
    return 2 * size < page.size or links > _LINK_SHARE * size


def _is_note(attributes: Mapping[str, str | None]) -> bool:
    kinds = f"{attributes.get('epub:type') or ''} {attributes.get('role') or ''}"
    return not _NOTES.isdisjoint(kinds.lower().split())


def _is_called_furniture(node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
    if _has_dropped_name(attributes.get("class")):
        return True
    identity = attributes.get("id")
    if not _has_dropped_name(identity):
        return False
    # A section on footers has an anchor of that name.
    heading = node.css_first("h1, h2, h3, h4, h5, h6")
    return heading is None or "-".join(extract_words(heading).split()) != (identity or "").lower()


def _announces_prose(node: LexborNode) -> bool:
    """Whether a label such as "Related topics" stands above something that is not made of links."""
    if "related" not in (node.attributes.get("class") or "").lower().split():
        return False
    if node.css_first("a[href], h1, h2, h3, h4, h5, h6") is not None:
        return False
    below = node.next
    while below is not None and below.tag == "-text" and not (below.text_content or "").strip():
        below = below.next
    if below is None:
        return False
    links = sum(len(link.text(deep=True).strip()) for link in below.css("a"))
    return 2 * links < len(below.text(deep=True).strip())


@lru_cache(maxsize=4096)
def _has_dropped_name(names: str | None) -> bool:
    return names is not None and not _DROPPED_CLASSES.isdisjoint(names.lower().split())


def extract_words(node: LexborNode) -> str:
    """What a heading says, or a link to it, without numbers and signs."""
    return " ".join(re.findall(r"[^\W\d_]+", node.text(deep=True).lower()))


def count_link(node: LexborNode, target: str, page: Page) -> Counts:
    """What a link with this target adds to the counts of the page, its characters not counted."""
    step = _STEP.fullmatch(node.text(deep=True).strip())
    return Counts(
        links=1,
        inner=target.startswith("#") and extract_words(node) in page.titles,
        steps=step is not None and not step["more"],
        back=step is not None and step["back"] is not None,
        forth=step is not None and step["forth"] is not None,
    )


def is_furniture(mark: Mark, page: Page) -> bool:
    """Whether what was read since `mark` stands around the text of the page: menus and the like."""
    tag, counts = mark.node.tag or "", page.counts - mark.counts
    headings = page.headings_read - mark.headings_read
    if not counts.characters:
        return False
    if are_teasers(mark, page, counts):
        return True
    if headings > 1:
        return False
    if not headings and _are_steps(tag, counts):
        return True
    if not headings and tag in _LABELLED and _says_nothing(mark, page, counts.characters):
        return True
    share = counts.linked / counts.characters
    is_made_of_links = counts.links >= _LINKS and share >= _LINK_SHARE
    # A table of contents: its words come again.
    if is_made_of_links and counts.inner > 0.8 * counts.links and tag != "p":
        return True
    classes, identity = (mark.node.attributes.get(name) or "" for name in ("class", "id"))
    names = f"{classes} {identity}".lower()
    is_top = bool(page.titles) and not page.headings_read
    if is_top and tag in _LABELLED | _LISTS and _are_breadcrumbs(mark, page, counts):
        return True
    # The top of a page, before its first heading.
    if is_top and not page.is_main:
        is_header = tag == "header" and counts.characters <= _LONGEST_HEADER
        is_motto = not _MOTTO.isdisjoint(names.split())
        if is_made_of_links or share == 1 or is_header or is_motto:
            return True
    if counts.characters > _LONGEST_BANNER and share < 0.5:
        return False
    if counts.characters <= _LONGEST_BANNER and _BANNER.search(names):
        return True
    parts = _NAME_PART.findall(names)
    is_menu = tag == "aside" or not _MENU_NAMES.isdisjoint(parts)
    # "relatedtopics", "relatedlinks" and so on.
    is_menu = is_menu or any(part.startswith("related") for part in parts)
    return is_menu and counts.links > 0 and share >= 0.5


def _are_breadcrumbs(mark: Mark, page: Page, counts: Counts) -> bool:
    is_short = counts.links > 0 and counts.characters <= _LONGEST_HEADER
    return is_short and are_breadcrumbs(
        _read_kept(mark, page), counts.linked, is_called=is_called_breadcrumbs(mark.node)
    )


def _read_kept(mark: Mark, page: Page) -> str:
    """What was kept since `mark`."""
    return "".join(page.pieces[mark.pieces :])


def _says_nothing(mark: Mark, page: Page, characters: int) -> bool:
    """Whether an element only announces an advertisement, or asks to be allowed cookies."""
    if characters > _LONGEST_NOTICE:
        return False
    words = " ".join(_read_kept(mark, page).split())
    if len(words) <= _LONGEST_LABEL and _LABEL.fullmatch(words):
        return True
    is_notice = _COOKIES.search(words) is not None and _CONSENT.search(words) is not None
    return is_notice and not any("cookie" in title for title in page.titles)


def _are_steps(tag: str, counts: Counts) -> bool:
    """Whether an element's links lead from page to page: "Previous Contents Next"."""
    between = counts.characters - counts.linked
    if counts.links == counts.steps > 0:
        return between <= min(_BETWEEN_STEPS, counts.linked * counts.links)
    return tag != "p" and counts.back == counts.forth == 1 and between <= _AROUND_STEPS
