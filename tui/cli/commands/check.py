"""The command `check`: say which quotations of a text stand in the documents."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index import QuotebackError
from qa import FEWEST_WORDS
from tui.cli.options import FAILURE, UsageError, add_index_option, nonempty, positive
from tui.cli.output import (
    add_reference_options,
    needs_texts,
    print_citations,
    print_json,
    print_place,
)
from tui.cli.question import (
    add_filter_options,
    read_filter,
    read_standard_input,
    warn_if_nothing_is_found,
)

if TYPE_CHECKING:
    from index import Content, Index
    from qa import CheckedQuotation

# Characters of standard input, which may never end: more than any book has.
_MOST_CHARACTERS = 20_000_000
_STANDARD_INPUT = "-"


def add_check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="+",
        type=nonempty,
        metavar="FILE",
        help="a text with quotations, of any kind that can be indexed; - reads Markdown from "
        "standard input",
    )
    add_index_option(parser)
    add_filter_options(parser)
    add_reference_options(parser)
    parser.add_argument(
        "--fewest-words",
        type=positive,
        default=FEWEST_WORDS,
        metavar="N",
        help="what has fewer words is taken for a title or a term, not for a quotation "
        "(default: %(default)s)",
    )


def run_check(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code: 1 if a quotation is altered or not found."""
    from index import Index
    from qa import check_quotations
    from tui.common.index_choice import require_index

    if options.file.count(_STANDARD_INPUT) > 1:
        raise UsageError("standard input can be read once: give - once")
    location = require_index(options.index)
    contents = {name: _read(name) for name in options.file}
    fewest, chosen = options.fewest_words, read_filter(options)
    with Index.open(location) as index:
        checked = [
            (
                name,
                check_quotations(
                    content,
                    index,
                    fewest_words=fewest,
                    filter=chosen,
                    path=None if name == _STANDARD_INPUT else name,
                ),
            )
            for name, content in contents.items()
        ]
        quotations = [each for _, found in checked for each in found]
        if quotations:
            matches = [each.match for each in quotations if each.match is not None]
            warn_if_nothing_is_found(options, matches)
        _print(options, checked, contents, index)
    wrong = any(each.status != "verbatim" for each in quotations)
    return FAILURE if wrong else 0


def _read(name: str) -> Content:
    """The content of a file, or of standard input.

    Raises:
        MissingPath: there is no such file.
        QuotebackError: it cannot be read.
    """
    from index import UnreadableFile, load_text
    from tui.common.files import load_named_file

    if name != _STANDARD_INPUT:
        return load_named_file(name)
    try:
        return load_text(read_standard_input(_MOST_CHARACTERS, "too long"))
    except UnreadableFile as error:
        raise QuotebackError(f"standard input: {error}") from error


def _print(
    options: argparse.Namespace,
    checked: Sequence[tuple[str, Sequence[CheckedQuotation]]],
    contents: dict[str, Content],
    index: Index,
) -> None:
    """Print what was found in each file, in the form that the options name."""
    matches = [each.match for _, found in checked for each in found if each.match is not None]
    texts = {}
    if needs_texts(options):
        texts = {match.document.path: index.text(match.document.path) for match in matches}
    if options.json:
        from qa import encode_quotation

        records = [
            {"file": name, **encode_quotation(each)} for name, found in checked for each in found
        ]
        print_json({"quotations": records})
    elif options.cite:
        from qa import cite_match

        cited = [cite_match(match, texts[match.document.path]) for match in matches]
        print_citations(list(dict.fromkeys(cited)), options.cite)
    elif options.vimgrep:
        from tui.common.presentation.quotations import describe_problem

        for name, found in checked:
            for each in found:
                if problem := describe_problem(each):
                    text, start = contents[name].text, each.quotation.span.start
                    print_place(name, text, start, problem)
    else:
        from tui.cli.printing import print_checks

        print_checks(checked, contents, links=texts if options.links else None)
