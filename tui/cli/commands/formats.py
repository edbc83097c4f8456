"""The commands `formats` and `text`: what can be read, by which library, and how a file is read."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from tui.cli.options import add_json_option, nonempty
from tui.cli.output import print_beside, print_json

if TYPE_CHECKING:
    from index import Format

_NAME_WIDTH = 22


def add_formats_options(parser: argparse.ArgumentParser) -> None:
    add_json_option(parser)


def run_formats(options: argparse.Namespace) -> int:
    from index import explain_conversion, explain_installation, list_conversions, list_formats

    formats, conversions = list_formats(), list_conversions()
    if options.json:
        print_json({"formats": [_encode(each) for each in formats], "save_as": conversions})
        return 0
    for each in formats:
        words = [suffix or "(none)" for suffix in each.suffixes]
        if each.library:
            part = each.library.part
            how = explain_installation(part) if part else "install Quoteback again"
            missing = "" if each.is_installed else f", not installed: {how}"
            words.append(f"(by {each.library.name}{missing})")
        print_beside(each.name, " ".join(words), _NAME_WIDTH)
    print("Text of any kind may also be packed as .gz. Not read, unless saved as another kind:")
    for other, unread in conversions.items():
        hows = [f"({how})" for how in filter(None, map(explain_conversion, unread))]
        print_beside(f"as {other}", " ".join((*unread, *hows)), _NAME_WIDTH)
    return 0


def _encode(each: Format) -> dict[str, Any]:
    return {
        "name": each.name,
        "suffixes": each.suffixes,
        "library": each.library.name if each.library else "",
        "is_installed": each.is_installed,
        "part": each.library.part if each.library else "",
    }


def add_text_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=nonempty,
        metavar="FILE",
        help="a file of any kind that can be indexed, or one in it",
    )


def run_text(options: argparse.Namespace) -> int:
    from qa import visible
    from tui.common.files import load_named_file

    text = load_named_file(options.file).text
    if sys.stdout.isatty():
        text = visible(text)
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0
