"""What a page says of itself: in its head, else to search engines."""

from __future__ import annotations

from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from index.documents import Properties
from index.loaders.pages.html.linked_data import read_linked_data
from index.loaders.shared.metadata import make_properties

_MOST = 500
# Names in lower case, with "." for ":"; of each kind the first that is there counts.
_AUTHORS = (
    "author citation_author dc.creator dcterms.creator article.author parsely-author "
    "sailthru.author book.author"
).split()
_TAGS = (
    "keywords article.tag dc.subject dcterms.subject citation_keywords news_keywords parsely-tags "
    "book.tag"
).split()
_DATES = (
    "article.published_time citation_publication_date citation_date datepublished dcterms.issued "
    "dc.date.issued dcterms.created dc.date dcterms.date pubdate parsely-pub-date date "
    "book.release_date citation_online_date article.modified_time datemodified dcterms.modified "
    "last-modified"
).split()


def read_meta(tree: LexborHTMLParser) -> Properties:
    """The properties in the `meta` elements of a page, and in its linked data."""
    values: dict[str, list[str]] = {}
    for element in islice(tree.css("meta"), _MOST):
        fields = element.attributes
        name = fields.get("name") or fields.get("property") or fields.get("itemprop") or ""
        if words := (fields.get("content") or "").strip():
            values.setdefault(name.lower().replace(":", "."), []).append(words)
    linked = read_linked_data(tree)
    return make_properties(
        next((values[name] for name in _AUTHORS if name in values), linked.authors),
        [*(tag for name in _TAGS for tag in values.get(name, ())), *linked.tags],
        [*(date for name in _DATES for date in values.get(name, ())), *linked.dates],
    )
