"""Markup that is written in lines: reStructuredText, Org, AsciiDoc and LaTeX."""
