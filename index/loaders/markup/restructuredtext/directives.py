"""The directives of reStructuredText, and those of Sphinx: what a person sees of them.

Here are their names without the domain before them.
"""

from __future__ import annotations

import re

# What is below them is no prose: the languages of code.
CODE_DIRECTIVES = {
    "code-block": "",
    "code": "",
    "sourcecode": "",
    "prompt": "",
    "parsed-literal": "",
    "productionlist": "",
    "csv-table": "",
    "math": "latex",
    "doctest": "pycon",
    "testcode": "python",
    "testoutput": "",
    "ipython": "python",
    "graphviz": "dot",
}
# A reader sees nothing of these,
HIDDEN_DIRECTIVES = frozenset(
    "index highlight default-role role contents currentmodule module include raw meta "
    "sectionauthor moduleauthor codeauthor tabularcolumns rst-class testsetup testcleanup".split()
)
# and of these only what is below them.
UNSEEN_DIRECTIVES = frozenset(
    "only ifconfig container compound highlights epigraph pull-quote".split()
)
# What follows these says nothing without their names: "deprecated:: 3.1".
VERSION_DIRECTIVES = frozenset("versionadded versionchanged deprecated versionremoved".split())
# The names of these are printed above what is below them.
NOTE_DIRECTIVES = frozenset(
    "attention caution danger error hint important note seealso tip warning".split()
)
# What follows these is a term, and what is below it says what that is.
TERM_DIRECTIVES = frozenset(
    "attribute class classmethod cmdoption command confval data decorator decoratormethod describe "
    "envvar enum exception function macro member method object opcode option property "
    "setting signature staticmethod struct type var variable".split()
)
# What is below these is a list of other documents.
_LISTS = frozenset("toctree autosummary".split())
# What follows these is a place, or a name for programs.
_PLACES = frozenset(
    "image figure literalinclude graphviz plot highlight-language cssclass grid program".split()
)
# What people see in place of the names of notes, and of versions; and those with a title.
NOTES = {
    "note": "Note",
    "tip": "Tip",
    "hint": "Hint",
    "important": "Important",
    "attention": "Attention",
    "caution": "Caution",
    "warning": "Warning",
    "danger": "Danger",
    "error": "Error",
    "seealso": "See also",
    "todo": "To do",
}
VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}
TITLED = frozenset("admonition topic sidebar".split())
_AUTOMATIC = re.compile("auto[a-z]+")


def is_hidden(name: str) -> bool:
    """Whether a reader sees nothing of a directive, nor of what is below it."""
    return name in HIDDEN_DIRECTIVES or name in _LISTS


def has_words(name: str) -> bool:
    """Whether what follows the name of a directive on its line is for people."""
    is_code = name in CODE_DIRECTIVES and name not in ("math", "csv-table")
    return not (
        is_code or name in UNSEEN_DIRECTIVES or name in _PLACES or _AUTOMATIC.fullmatch(name)
    )
