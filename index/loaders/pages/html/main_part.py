"""The part of a page that it is about, if the page says which: its main part, its article."""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

# A main part of fewer characters is only named so.
_LEAST_MAIN = 200
# Articles that are not part of others, such as comments on them.
_ARTICLES = "article:not(article article)"
# Characters of an article, and its share of all prose of the page: less is but a teaser of one.
_LEAST_ARTICLE, _LEAST_SHARE = 400, 0.73
_PROSE = ("p", "td", "pre", "dd")


class MainPart(NamedTuple):
    """The part of a page that is read.

    Attributes:
        root: what is in it is read.
        headline: the heading of an article, if it stands outside of it.
        is_main: the page marks it as its main part.
        is_article: it is one article, and says so.
    """

    root: LexborNode
    headline: LexborNode | None = None
    is_main: bool = False
    is_article: bool = False


def find_main_part(tree: LexborHTMLParser, *, is_page: bool) -> MainPart | None:
    """The part of HTML that is to be read; None if there is nothing to read.

    Args:
        tree: the HTML.
        is_page: it is a page of the web, which may be an article.
    """
    root = tree.body or tree.root
    if root is None:
        return None
    mains = tree.css("main, [role=main]")
    is_main = len(mains) == 1 and len(mains[0].text(deep=True).strip()) > _LEAST_MAIN
    if is_main:
        root = mains[0]
    if not is_page:
        # A book, or a mail, has nothing around its text; what is aside is part of it.
        return MainPart(root, is_main=True)
    is_article = _is_called_article(tree)
    article = _find_article(root, is_article)
    if article is None:
        return MainPart(root, is_main=is_main, is_article=is_article)
    headings = root.css("h1")
    is_outside = len(headings) == 1 and article.css_first("h1") is None
    return MainPart(article, headings[0] if is_outside else None, is_main, True)


def _is_called_article(tree: LexborHTMLParser) -> bool:
    kind = tree.css_first("meta[property='og:type']")
    if kind is not None and (kind.attributes.get("content") or "").lower() == "article":
        return True
    return len(tree.css("[itemtype$='Article'], [itemtype$='BlogPosting']")) == 1


def _find_article(root: LexborNode, is_article: bool) -> LexborNode | None:
    """The article that holds nearly all prose.

    If there are several, they may be posts that answer one another, unless the page is one.
    """
    articles = root.css(_ARTICLES)
    if not articles or (len(articles) > 1 and not is_article):
        return None
    lengths = [_measure_prose(article) for article in articles]
    longest = max(range(len(articles)), key=lengths.__getitem__)
    least = max(_LEAST_ARTICLE, _LEAST_SHARE * _measure_prose(root))
    if lengths[longest] < least:
        return None
    return articles[longest]


def _measure_prose(node: LexborNode) -> int:
    """Characters of prose, those in links not counted."""
    parts = node.css(", ".join(_PROSE))
    links = node.css(", ".join(f"{tag} a" for tag in _PROSE))
    return sum(len(part.text(deep=True).strip()) for part in parts) - sum(
        len(link.text(deep=True)) for link in links
    )
