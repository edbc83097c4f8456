"""Titles from the properties of a file, which writing programs fill with much else."""

from __future__ import annotations

import re

from index.loaders.shared.unseen import drop_unseen

_LONGEST = 300
# Names of files, of programs, and of what was never named.
_NO_TITLE = re.compile(
    r"(?:\(?(?:anonymous|unspecified)\)?"
    r"|microsoft (?:word|powerpoint|excel)\b.*|(?:untitled|no title).*|undefined|title"
    r"|(?:new )?document ?\d*|(?:powerpoint[ -])?(?:presentation|präsentation) ?\d*"
    r"|\S+\.[a-z]\w{1,4}|.*\.(?:docx?|pptx?|xlsx?|odt|rtf|tex|ps|pdf|indd|qxd|html?|txt|pages)"
    r"|https?://.*|[\w:]*[/\\].*)",
    re.IGNORECASE,
)


def choose_title(properties: str | None) -> str | None:
    """A title property as a title, if it looks like one."""
    title = " ".join(drop_unseen(properties or "").replace("\0", " ").split())
    if not 2 < len(title) <= _LONGEST or _NO_TITLE.fullmatch(title):
        return None
    return title if sum(map(str.isalpha, title)) >= 0.5 * len(title) else None
