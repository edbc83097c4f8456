"""The part of a page that it is about, and what stands around an article: teasers, comments."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.loaders.pages.html.page import Checkpoint, Counts, Page

# A main part of fewer characters is only named so.
_LEAST_MAIN = 200
# Articles that are not part of others, such as comments on them.
_ARTICLES = "article:not(article article)"
# Characters of an article, and its share of all prose of the page: less is but a teaser of one.
_LEAST_ARTICLE, _LEAST_SHARE = 400, 0.73
_PROSE = ("p", "td", "pre", "dd")
# Names of elements that hold teasers, where links fill half of these or more.
_NAMES = frozenset(
    "headlines newsletter newsletters outbrain popular promo promoted promos recirc recirculation "
    "recommendation recommendations recommended share sharing signup social sponsor sponsored "
    "subscribe subscription taboola teaser teasers trending".split()
)
NAME_PART = re.compile(r"[a-z]+")
# What is said above teasers. They may come with a few lines of each article.
_HEADINGS = (
    r"(?:more )?related(?: (?:articles|content|coverage|links|news|posts|reading|stories|videos))?",
    r"(?:more|further) (?:articles|news|posts|stories|to explore|on this story)",
    r"(?:more|stories) from .{1,40}",
    r"(?:recommended|more|stories|picked) for you",
    r"you (?:may|might) (?:also )?(?:like|be interested in)",
    r"(?:from )?(?:around|across) the web",
    r"recommended(?: (?:articles|reading|related news|stories))?",
    r"(?:most|what's) (?:commented|popular|read|shared|trending|viewed)(?: .{1,20})?",
    r"popular (?:posts|stories)|trending(?: now)?|read (?:more|next)|up next|partner offers",
    r"promoted(?: stories)?|sponsored(?: content| links| stories)?",
    r"das könnte sie auch interessieren|mehr zum thema|meistgelesen|ähnliche artikel",
    r"à lire aussi|les plus (?:lus|partagés|vus)|sur le même sujet",
    r"lo más (?:leído|visto)|noticias relacionadas|te puede interesar",
    r"leggi anche|i più letti|leia (?:mais|também)|mais lidas",
)
_HEADING = re.compile(rf"(?:{'|'.join(_HEADINGS)})\W*", re.IGNORECASE)
# Links, at least, and the share of the characters that they have: where pictures stand beside
# them, below such a heading, and under such a name.
_LINKS, _PICTURED, _HEADED, _NAMED = 3, 0.7, 0.2, 0.5
# Characters of an article, at least, that stand above teasers.
_LEAST_PROSE = 400
_TAGS = frozenset("article aside details div dl form ol section ul".split())
# Names of elements that hold comments, and of services that bring them.
_COMMENTS_NAME = re.compile(
    r"(?:^|[\s_-])(?:comments(?![a-z])|comment[_-](?:list|stream|area|section|wrapper|form|box)"
    r"|commentlist|(?:comment-)?respond\b|disqus|livefyre)",
    re.IGNORECASE,
)
# A section of a text may be about comments: it has none of these in it.
_COMMENT = (
    "form, textarea, iframe, article, div[class*=comment], li[class*=comment], div[id*=comment]"
)


class MainPart(NamedTuple):
    """The part of a page that is read.

    Attributes:
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


def are_teasers(checkpoint: Checkpoint, page: Page, counts: Counts) -> bool:
    """Whether the words since `checkpoint` lead to other articles than the one that the page is."""
    if not page.is_article or checkpoint.counts.prose < _LEAST_PROSE or checkpoint.node.tag == "p":
        return False
    share = counts.linked / counts.characters
    if counts.links >= _LINKS:
        if share >= _PICTURED and 2 * len(checkpoint.node.css("img")) >= counts.links:
            return True
        if share >= _HEADED and _is_headed(checkpoint, page):
            return True
    names = (checkpoint.node.attributes.get(name) or "" for name in ("class", "id"))
    parts = NAME_PART.findall(" ".join(names).lower())
    return share >= _NAMED and not _NAMES.isdisjoint(parts)


def _is_headed(checkpoint: Checkpoint, page: Page) -> bool:
    """Whether all words since `checkpoint` stand below a heading that announces teasers."""
    inside = page.headings[checkpoint.headings : checkpoint.headings + 1] or page.headings[-1:]
    if not inside or _HEADING.fullmatch(inside[0].text) is None:
        return False
    return (
        checkpoint.paragraphs == len(page.paragraphs)
        or inside[0].span.start <= page.paragraphs[checkpoint.paragraphs].start
    )


def is_comments(node: LexborNode, page: Page) -> bool:
    """Whether an element holds readers' comments on the article that the page is."""
    if not page.is_article or page.counts.prose < _LEAST_PROSE or node.tag not in _TAGS:
        return False
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    if _COMMENTS_NAME.search(names) is None:
        return False
    # The element itself is among those that are selected.
    return any(each.mem_id != node.mem_id for each in node.css(_COMMENT))
