"""What is no text of a page: menus, banners, tables of contents and the like; what it hides.

Some is hidden for good, some until a reader opens it or a script chooses it. If everything in an
element is hidden, a script shows one of its variants, such as the keys of one system or another.
Text that is struck out is left out, too: its author does not say it. So is how a word is read
aloud, which stands above or beside it: it would be glued into the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from selectolax.lexbor import LexborNode

from index.loaders.pages.html.main_part import NAME_PART, are_teasers
from index.loaders.pages.html.page import HEADINGS, Checkpoint, Counts, Page

# More are not variants of one another, nor are they with more words and comments between them.
_MOST_VARIANTS, _MOST_PARTS = 12, 30
_DEFAULT = re.compile(r"(?<![a-z])default", re.IGNORECASE)
# What is opened over a page, or tells of its state.
_OVERLAY = re.compile(
    r"(?<![a-z])(?:alert|cookie|dialog|drop-?down|error|flyout|gdpr|lightbox|load(?:er|ing)|menu|modal"
    r"|nav|notification|overlay|popover|pop-?up|search|sidebar|snackbar|spinner|template|toast"
    r"|tooltip)",
    re.IGNORECASE,
)
_VARIANTS = frozenset("span div p section tbody pre code li dd".split())
_BLOCKS = frozenset("p div ul ol dl table pre section h1 h2 h3 h4 h5 h6".split())
_CONTROLS = frozenset("form input button select textarea iframe nav".split())
# Of each, only so many elements and words are looked at: variants may be in variants.
_MOST_LOOKED_AT = 300
_HIDING_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE
)
_STRIKING_STYLE = re.compile(
    r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*\bline-through\b", re.IGNORECASE
)
_STRUCK = frozenset(("del", "s", "strike"))
# What HTML sets above the words of a `<ruby>`, and the brackets around it in old browsers.
READINGS = frozenset(("rt", "rp", "rtc"))
# A script shows an element that is hidden by its style if it has so much of the page's text.
_WHOLE_PAGE = 0.9
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
# Names that hint at menus, which are left out if links fill half of them or more.
_MENU_NAMES = frozenset(
    "nav navbar navigation sidebar breadcrumb breadcrumbs menu menubar topbar footer toc pager "
    "pagination related social share".split()
)
_BANNER = re.compile(
    r"cookie[-_]?(?:banner|bar|consent|notice|law|popup|message|dialog|overlay|alert)|gdpr"
)
_LONGEST_BANNER, _LONGEST_HEADER = 1_500, 300
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
# How many characters that are not links may stand between them, of either kind.
_BETWEEN_STEPS, _AROUND_STEPS = 20, 60
# A site's motto, above the first heading.
_MOTTO = frozenset("tagline slogan strapline site-description".split())
# What hangs on a heading, to link to it: a sign, or one that only the page's own font can draw.
_LINK_SIGN = re.compile("[¶#§🔗↩\ue000-\uf8ff]")
# Where the pages of a printed book begin, their numbers stand amid the sentences of its HTML.
_PAGE_NAMES = frozenset(
    "pagenum pagenumber pageno page-number page-num page_number page_num pagebreak "
    "x-ebookmaker-pageno".split()
)
_PAGE_ROLES = frozenset(("doc-pagebreak", "pagebreak"))
_DIGITS = r"\d{1,4}[a-d]?"
_SMALL = rf"(?:{_DIGITS}|[ivxlc]{{1,9}}[a-d]?)"
_ANY = rf"(?:{_DIGITS}|(?i:[ivxlc]{{1,9}}[a-d]?))"
# "[Pg 7]", "{xii}", "Page 12", "(p. 7)".
_PAGE_MARKER = re.compile(
    rf"[\[{{]\W*(?i:(?:pgs?|pp?|pages?|seiten?|s)\b[\W_]*)?{_ANY}(?:[\W_]+{_ANY})?\W*[\]}}]"
    rf"|[\W_]*(?i:pgs?\b|pp?\.|pages?\b|seiten?\b|s\.)[\W_]*{_ANY}(?:[\W_]+{_ANY})?[\W_]*"
)
# "7", "— 12–13 —".
_PAGE_NUMBER = re.compile(rf"[\W_]*{_SMALL}(?:[\W_]+{_SMALL})?[\W_]*")
# In characters, and in the nodes that are looked at.
_LONGEST_NUMBER, _MOST_NODES = 20, 12


def is_hidden(node: LexborNode, page: Page) -> bool:
    """Whether an element is hidden, and not one that a reader could come to see."""
    attributes = node.attributes
    if _HIDING_STYLE.search(attributes.get("style") or ""):
        is_panel = attributes.get("role") == "tabpanel"
        return not is_panel and len(node.text(deep=True)) < _WHOLE_PAGE * page.size
    if "hidden" not in attributes and attributes.get("aria-hidden") != "true":
        return False
    if attributes.get("role") == "tabpanel" or attributes.get("hidden") == "until-found":
        return False
    return "hidden" not in attributes or not _is_shown_variant(node)


def _is_shown_variant(node: LexborNode) -> bool:
    """Whether a hidden element is to be read for all that its parent holds, which is hidden, too.

    That is the one called default, else each that has paragraphs of its own, else the last.
    """
    variants = _list_variants(node)
    if not variants:
        return False
    default = [each for each in variants if any(map(_DEFAULT.search, _read_names(each)))]
    if default:
        return default[0].mem_id == node.mem_id
    later = variants[[each.mem_id for each in variants].index(node.mem_id) + 1 :]
    return not later or (
        _has_any(node, _BLOCKS) and _read_words(node) not in map(_read_words, later)
    )


def _list_variants(node: LexborNode) -> list[LexborNode]:
    """The children of an element's parent, if all of them may be variants of one text."""
    parent = node.parent
    if parent is None or parent.tag == "body" or _is_overlay(parent):
        return []
    parts = list(islice(parent.iter(include_text=True), _MOST_PARTS + 1))
    elements = [part for part in parts if not (part.tag or "-").startswith(("-", "!"))]
    if len(parts) > _MOST_PARTS or len(elements) > _MOST_VARIANTS:
        return []
    if not all(map(_may_be_variant, elements)):
        return []
    if any(part.tag == "-text" and (part.text_content or "").strip() for part in parts):
        return []
    return elements


def _may_be_variant(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        "hidden" in attributes
        and node.tag in _VARIANTS
        and "role" not in attributes
        and attributes.get("aria-hidden") != "true"
        and not _is_overlay(node)
        and not _has_any(node, _CONTROLS)
    )


def _is_overlay(node: LexborNode) -> bool:
    classes, identity = _read_names(node)
    # An identity may be made from the name of the page, on menus or whatever it is about.
    names = classes or ("" if _DEFAULT.match(identity) else identity)
    return _OVERLAY.search(names) is not None


def _read_names(node: LexborNode) -> tuple[str, str]:
    attributes = node.attributes
    return attributes.get("class") or "", attributes.get("id") or ""


def _has_any(node: LexborNode, tags: frozenset[str]) -> bool:
    return any(each.tag in tags and each.mem_id != node.mem_id for each in _look_at(node))


def _read_words(node: LexborNode) -> list[str]:
    texts = (each.text_content or "" for each in _look_at(node) if each.tag == "-text")
    return "".join(texts).split()


def _look_at(node: LexborNode) -> Iterator[LexborNode]:
    return islice(node.traverse(include_text=True), _MOST_LOOKED_AT)


def is_dropped(node: LexborNode, page: Page) -> bool:
    tag = node.tag or ""
    if tag.startswith(("-", "!")):
        return True
    attributes = node.attributes
    if tag in _DROPPED:
        # Within the main part these hold notes, too, and in books they are marked as such.
        return tag != "aside" or not (page.is_main or _is_note(attributes))
    if tag in _STRUCK or tag in READINGS:
        return True
    if not attributes:
        return False
    if tag == "a" and _LINK_SIGN.fullmatch(node.text(deep=True).strip()):
        return True
    if is_hidden(node, page) or _STRIKING_STYLE.search(attributes.get("style") or ""):
        return True
    if _is_page_number(node, attributes, is_in_table=bool(page.layouts)):
        return True
    if (attributes.get("role") or "") in _DROPPED_ROLES:
        return True
    if tag in HEADINGS or not _is_called_furniture(node, attributes):
        return False
    # A page may be wrapped in an element of any name.
    size = len(node.text(deep=True))
    links = sum(len(link.text(deep=True)) for link in node.css("a"))
    return 2 * size < page.size or links > _LINK_SHARE * size


def _is_page_number(
    node: LexborNode, attributes: Mapping[str, str | None], *, is_in_table: bool
) -> bool:
    """Whether an element is the number of a printed page, and is marked as one.

    Args:
        is_in_table: it stands in a table, whose cells may be numbers of any kind.
    """
    names = (attributes.get("class") or "").lower().split()
    roles = f"{attributes.get('role') or ''} {attributes.get('epub:type') or ''}".lower().split()
    has_role = not _PAGE_ROLES.isdisjoint(roles)
    if (
        is_in_table
        or node.tag in ("td", "th")
        or not (has_role or not _PAGE_NAMES.isdisjoint(names))
    ):
        return False
    words, is_anchor = "", has_role
    for count, each in enumerate(node.traverse(include_text=True), 1):
        words += (each.text_content or "") if each.tag == "-text" else ""
        if count > _MOST_NODES or len(words) > _LONGEST_NUMBER:
            return False
        # Links lead to it.
        is_anchor = is_anchor or each.tag == "a" or "id" in each.attributes
    words = words.strip()
    return _PAGE_MARKER.fullmatch(words) is not None or (
        is_anchor and _PAGE_NUMBER.fullmatch(words) is not None
    )


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


@lru_cache(maxsize=4096)
def _has_dropped_name(names: str | None) -> bool:
    return names is not None and not _DROPPED_CLASSES.isdisjoint(names.lower().split())


def extract_words(node: LexborNode) -> str:
    """The words of a heading, or of a link to it, without numbers and signs."""
    return " ".join(re.findall(r"[^\W\d_]+", node.text(deep=True).lower()))


def count_link(node: LexborNode, target: str, page: Page) -> Counts:
    """The counts that a link with this target adds to those of the page, without its characters."""
    step = _STEP.fullmatch(node.text(deep=True).strip())
    return Counts(
        links=1,
        inner=target.startswith("#") and extract_words(node) in page.titles,
        steps=step is not None and not step["more"],
        back=step is not None and step["back"] is not None,
        forth=step is not None and step["forth"] is not None,
    )


def is_furniture(checkpoint: Checkpoint, page: Page) -> bool:
    """Whether the words since `checkpoint` stand around the text of the page, as menus do."""
    tag, counts = checkpoint.node.tag or "", page.counts - checkpoint.counts
    headings = page.headings_read - checkpoint.headings_read
    if not counts.characters:
        return False
    if are_teasers(checkpoint, page, counts):
        return True
    if headings > 1:
        return False
    if not headings and _are_steps(tag, counts):
        return True
    share = counts.linked / counts.characters
    is_made_of_links = counts.links >= _LINKS and share >= _LINK_SHARE
    # A table of contents: its words come again.
    if is_made_of_links and counts.inner > 0.8 * counts.links and tag != "p":
        return True
    classes, identity = (checkpoint.node.attributes.get(name) or "" for name in ("class", "id"))
    names = f"{classes} {identity}".lower()
    is_top = bool(page.titles) and not page.headings_read
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
    parts = NAME_PART.findall(names)
    is_menu = tag == "aside" or not _MENU_NAMES.isdisjoint(parts)
    # "relatedtopics", "relatedlinks" and so on.
    is_menu = is_menu or any(part.startswith("related") for part in parts)
    return is_menu and counts.links > 0 and share >= 0.5


def _are_steps(tag: str, counts: Counts) -> bool:
    """Whether an element's links lead from page to page: "Previous Contents Next"."""
    between = counts.characters - counts.linked
    if counts.links == counts.steps > 0:
        return between <= min(_BETWEEN_STEPS, counts.linked * counts.links)
    return tag != "p" and counts.back == counts.forth == 1 and between <= _AROUND_STEPS
