"""Where the pages of a printed book begin: their numbers stand amid the sentences of its HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

_NAMES = frozenset(
    "pagenum pagenumber pageno page-number page-num page_number page_num pagebreak "
    "x-ebookmaker-pageno".split()
)
_ROLES = frozenset(("doc-pagebreak", "pagebreak"))
_DIGITS = r"\d{1,4}[a-d]?"
_SMALL = rf"(?:{_DIGITS}|[ivxlc]{{1,9}}[a-d]?)"
_ANY = rf"(?:{_DIGITS}|(?i:[ivxlc]{{1,9}}[a-d]?))"
# "[Pg 7]", "{xii}", "Page 12", "(p. 7)".
_MARKER = re.compile(
    rf"[\[{{]\W*(?i:(?:pgs?|pp?|pages?|seiten?|s)\b[\W_]*)?{_ANY}(?:[\W_]+{_ANY})?\W*[\]}}]"
    rf"|[\W_]*(?i:pgs?\b|pp?\.|pages?\b|seiten?\b|s\.)[\W_]*{_ANY}(?:[\W_]+{_ANY})?[\W_]*"
)
# "7", "— 12–13 —".
_NUMBER = re.compile(rf"[\W_]*{_SMALL}(?:[\W_]+{_SMALL})?[\W_]*")
# In characters, and in the nodes that are looked at.
_LONGEST, _MOST_NODES = 20, 12


def is_page_number(
    node: LexborNode, attributes: Mapping[str, str | None], *, is_in_table: bool
) -> bool:
    """Whether an element is the number of a printed page, and is marked as one.

    Args:
        node: the element.
        attributes: its own.
        is_in_table: it stands in a table, whose cells may be numbers of any kind.
    """
    names = (attributes.get("class") or "").lower().split()
    roles = f"{attributes.get('role') or ''} {attributes.get('epub:type') or ''}".lower().split()
    has_role = not _ROLES.isdisjoint(roles)
    if is_in_table or node.tag in ("td", "th") or not (has_role or not _NAMES.isdisjoint(names)):
        return False
    words, is_anchor = "", has_role
    for count, each in enumerate(node.traverse(include_text=True), 1):
        words += (each.text_content or "") if each.tag == "-text" else ""
        if count > _MOST_NODES or len(words) > _LONGEST:
            return False
        # Links lead to it.
        is_anchor = is_anchor or each.tag == "a" or "id" in each.attributes
    words = words.strip()
    return _MARKER.fullmatch(words) is not None or (
        is_anchor and _NUMBER.fullmatch(words) is not None
    )
