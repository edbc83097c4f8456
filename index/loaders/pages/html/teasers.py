"""Teasers: lists of links to other articles, around and below the one that a page is."""

from __future__ import annotations

import re

from index.loaders.pages.html.page import Counts, Mark, Page

# Names of elements that hold them, where links fill half of these or more.
_NAMES = frozenset(
    "headlines newsletter newsletters outbrain popular promo promoted promos recirc recirculation "
    "recommendation recommendations recommended share sharing signup social sponsor sponsored "
    "subscribe subscription taboola teaser teasers trending".split()
)
_NAME_PART = re.compile(r"[a-z]+")
# What is said above them. They may come with a few lines of each article.
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
# Characters of an article, at least, that stand above.
LEAST_PROSE = 400


def are_teasers(mark: Mark, page: Page, counts: Counts) -> bool:
    """Whether what was read since `mark` leads to other articles than the one that the page is.

    Args:
        mark: where an element began.
        page: as it stands where the element ends.
        counts: what was read in it.
    """
    if not page.is_article or mark.counts.prose < LEAST_PROSE or mark.node.tag == "p":
        return False
    share = counts.linked / counts.characters
    if counts.links >= _LINKS:
        if share >= _PICTURED and 2 * len(mark.node.css("img")) >= counts.links:
            return True
        if share >= _HEADED and _is_headed(mark, page):
            return True
    names = (mark.node.attributes.get(name) or "" for name in ("class", "id"))
    parts = _NAME_PART.findall(" ".join(names).lower())
    return share >= _NAMED and not _NAMES.isdisjoint(parts)


def _is_headed(mark: Mark, page: Page) -> bool:
    """Whether all that was read since `mark` stands below a heading that announces teasers."""
    inside = page.headings[mark.headings : mark.headings + 1] or page.headings[-1:]
    if not inside or _HEADING.fullmatch(inside[0].text) is None:
        return False
    return (
        mark.paragraphs == len(page.paragraphs)
        or inside[0].span.start <= page.paragraphs[mark.paragraphs].start
    )
