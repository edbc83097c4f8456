"""Text with marks in it: Markdown and its like, notebooks, LaTeX, manual pages' source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.loaders.markup.asciidoc.tables import read_asciidoc_table as read_asciidoc_table
    from index.loaders.markup.lines import (
        MarkupLine as MarkupLine,
        find_end_of_body as find_end_of_body,
        skip_blank as skip_blank,
        split_markup_lines as split_markup_lines,
    )
    from index.loaders.markup.markdown_quotes import (
        EntangledQuotes as EntangledQuotes,
        limit_quotes as limit_quotes,
    )
    from index.loaders.markup.org_tables import read_org_table as read_org_table
    from index.loaders.markup.restructuredtext.directives import (
        CODE_DIRECTIVES as CODE_DIRECTIVES,
        HIDDEN_DIRECTIVES as HIDDEN_DIRECTIVES,
        UNSEEN_DIRECTIVES as UNSEEN_DIRECTIVES,
    )
    from index.loaders.markup.restructuredtext.tables import (
        read_grid_table as read_grid_table,
        read_list_table as read_list_table,
        read_simple_table as read_simple_table,
    )
    from index.loaders.markup.tables import MarkupTable as MarkupTable
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.loaders.markup.asciidoc.tables": "read_asciidoc_table",
            "index.loaders.markup.lines": (
                "MarkupLine find_end_of_body skip_blank split_markup_lines"
            ),
            "index.loaders.markup.markdown_quotes": "EntangledQuotes limit_quotes",
            "index.loaders.markup.org_tables": "read_org_table",
            "index.loaders.markup.restructuredtext.directives": (
                "CODE_DIRECTIVES HIDDEN_DIRECTIVES UNSEEN_DIRECTIVES"
            ),
            "index.loaders.markup.restructuredtext.tables": (
                "read_grid_table read_list_table read_simple_table"
            ),
            "index.loaders.markup.tables": "MarkupTable",
        },
    )
