"""The styles of an OpenDocument file: which paragraphs are titles, how lists count."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from index.loaders.shared.roman_numerals import write_roman

# Styles that build on each other are followed so far.
_MOST_PARENTS = 20
_LEVELS = tuple("123456789")
BULLET = "•"


class Styles:
    """Looks styles up by the names that a document gives them.

    Args:
        content: the part with the document's text, and styles for it alone.
        common: the part with the styles that have names of their own.
    """

    def __init__(self, content: Element, common: Element | None) -> None:
        parts = [part for part in (common, content) if part is not None]
        self._styles = {
            style.get("name", ""): style for part in parts for style in part.iter("style")
        }
        self._lists = {
            style.get("name", ""): style for part in parts for style in part.iter("list-style")
        }

    def is_title(self, name: str | None) -> bool:
        """Whether a paragraph's style is that of the document's title, or builds on it."""
        for _ in range(_MOST_PARENTS):
            if name == "Title":
                return True
            style = self._styles.get(name or "")
            if style is None:
                return False
            name = style.get("parent-style-name")
        return False

    def is_hidden_slide(self, name: str | None) -> bool:
        """Whether slides of a style are not shown."""
        style = self._styles.get(name or "")
        settings = style.find("drawing-page-properties") if style is not None else None
        return settings is not None and settings.get("visibility") == "hidden"

    def choose_mark(self, list_style: str | None, level: int, number: int) -> str:
        """The bullet or number of an item in a list, such as "2.".

        Args:
            list_style: the name of the list's style.
            level: 0 for the outermost list.
            number: of the item.
        """
        style = self._lists.get(list_style or "")
        for rule in style if style is not None else ():
            if rule.get("level") == str(level + 1) and rule.tag == "list-level-style-number":
                return _write_number(rule, number)
        return BULLET


def _write_number(rule: Element, number: int) -> str:
    kind = rule.get("num-format", "1")
    before, after = rule.get("num-prefix", ""), rule.get("num-suffix", "")
    if not kind:
        return f"{before}{after}".strip() or BULLET
    if kind in ("a", "A") and number <= 26:
        return f"{before}{chr(ord(kind) + number - 1)}{after}"
    if kind in ("i", "I"):
        roman = write_roman(number)
        return f"{before}{roman.upper() if kind == 'I' else roman}{after}"
    return f"{before}{number}{after}"


def read_level(heading: Element) -> int:
    """The level of a heading; 1 is the highest."""
    level = heading.get("outline-level", "1")
    return int(level) if level in _LEVELS else len(_LEVELS)
