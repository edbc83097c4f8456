"""Readers' comments below an article, and the form for another one."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from index.loaders.pages.html.page import Page
from index.loaders.pages.html.teasers import LEAST_PROSE

_TAGS = frozenset("article aside details div dl form ol section ul".split())
# Names of elements that hold comments, and of services that bring them.
_NAME = re.compile(
    r"(?:^|[\s_-])(?:comments(?![a-z])|comment[_-](?:list|stream|area|section|wrapper|form|box)"
    r"|commentlist|(?:comment-)?respond\b|disqus|livefyre)",
    re.IGNORECASE,
)
# A section of a text may be about comments: it has none of these in it.
_COMMENT = (
    "form, textarea, iframe, article, div[class*=comment], li[class*=comment], div[id*=comment]"
)


def is_comments(node: LexborNode, page: Page) -> bool:
    """Whether an element holds readers' comments on the article that the page is."""
    if not page.is_article or page.counts.prose < LEAST_PROSE or node.tag not in _TAGS:
        return False
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    if _NAME.search(names) is None:
        return False
    # The element itself is among those that are selected.
    return any(each.mem_id != node.mem_id for each in node.css(_COMMENT))
