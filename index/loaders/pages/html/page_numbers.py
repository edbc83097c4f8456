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
# "[Pg 7]", "{xii}", "Page 12", "— 7 —", "[12–13]".
_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,9})[a-d]?"
_WORDS = re.compile(
    rf"[\W_]*(?:(?:pgs?|pp?|pages?|seiten?|s)\b[\W_]*)?{_NUMBER}(?:[\W_]+{_NUMBER})?[\W_]*",
    re.IGNORECASE,
)
_LONGEST = 20


def is_page_number(node: LexborNode, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is the number of a printed page, and is marked as one."""
    names = (attributes.get("class") or "").lower().split()
    roles = f"{attributes.get('role') or ''} {attributes.get('epub:type') or ''}".lower().split()
    if _NAMES.isdisjoint(names) and _ROLES.isdisjoint(roles):
        return False
    words = node.text(deep=True).strip()
    return len(words) <= _LONGEST and _WORDS.fullmatch(words) is not None
