"""Markup that is written in lines: reStructuredText, Org and AsciiDoc."""
