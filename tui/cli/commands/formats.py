"""The command `formats`: what can be read, and by which library."""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import asdict

from qa import visible
from tui.cli.options import add_json_option

_WIDTH, _NAME_WIDTH = 96, 22


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from index import (
        explain_conversion,
        explain_installation,
        list_conversions,
        list_formats,
    )
    from tui.common.json_output import print_json

    formats, conversions = list_formats(), list_conversions()
    if options.json:
        print_json({"formats": [asdict(each) for each in formats], "save_as": conversions})
        return 0
    for each in formats:
        words = [suffix or "(none)" for suffix in each.suffixes]
        if each.library:
            how = explain_installation(each.part) if each.part else "install Quoteback again"
            missing = "" if each.is_installed else f", not installed: {how}"
            words.append(f"(by {each.library}{missing})")
        _print_entry(each.name, " ".join(words))
    print("Text of any kind may also be packed as .gz. Not read, unless saved as another kind:")
    for other, unread in conversions.items():
        hows = [f"({how})" for how in filter(None, map(explain_conversion, unread))]
        _print_entry(f"as {other}", " ".join((*unread, *hows)))
    return 0


def _print_entry(name: str, words: str) -> None:
    """A name and what belongs to it, in lines beside it."""
    lines = textwrap.wrap(words, _WIDTH - _NAME_WIDTH, break_on_hyphens=False)
    for beside, line in zip([name, *[""] * len(lines)], lines, strict=False):
        print(visible(f"{beside:{_NAME_WIDTH}}{line}".rstrip()))
