"""The command `list`: the documents of an index, a path a line.

For people, the languages of a document that is not in English stand behind its path.
"""

from __future__ import annotations

import argparse
import os
import sys

from qa import visible
from tui.cli.options import add_index_option, add_json_option
from tui.cli.output import print_json
from tui.cli.question import add_filter_options, read_filter


def add_options(parser: argparse.ArgumentParser) -> None:
    add_index_option(parser)
    add_filter_options(parser)
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
    from index import Index
    from qa import encode_document
    from tui.common.index_choice import require_index
    from tui.common.presentation.wording import describe_languages

    with Index.open(require_index(options.index)) as index:
        documents = index.documents(read_filter(options))
    if options.json:
        print_json({"documents": [encode_document(document) for document in documents]})
    elif sys.stdout.isatty():
        for document in documents:
            languages = describe_languages(document.properties)
            end = f"  ({languages})" if languages else ""
            print(visible(document.path).replace("\n", " ") + end)
    else:
        # For other programs: the names of the files as they are, whatever bytes they hold.
        for document in documents:
            sys.stdout.buffer.write(os.fsencode(document.path) + b"\n")
        sys.stdout.buffer.flush()
    return 0
