"""The directives of reStructuredText, and those of Sphinx: what a person sees of them.

Here are their names without the domain before them.
"""

from __future__ import annotations

import re

# Directives of code, with their languages: their content is not prose.
CODE_DIRECTIVES = {
    "code-block": "",
    "code": "",
    "sourcecode": "",
    "prompt": "",
    "parsed-literal": "",
    "productionlist": "",
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
# The content of these directives is drawn as a quotation.
QUOTE_DIRECTIVES = frozenset("epigraph pull-quote".split())
# The argument of these directives is a term; their content explains it.
TERM_DIRECTIVES = frozenset(
    "attribute class classmethod cmdoption command confval data decorator decoratormethod describe "
    "envvar enum exception function macro member method object opcode option property "
    "setting signature staticmethod struct type var variable".split()
)
# The content of these directives is a list of other documents.
LISTS = frozenset("toctree autosummary".split())
# The argument of these directives is a path, or a name for programs.
_PLACES = frozenset(
    "image figure literalinclude graphviz plot highlight-language cssclass grid program".split()
)
# What people see in place of the names of notes, and of versions: what follows these says nothing
# without them, as in "deprecated:: 3.1"; and those with a title.
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


def has_words(name: str) -> bool:
    """Whether what follows the name of a directive on its line is for people."""
    is_code = name in CODE_DIRECTIVES and name != "math"
    return not (
        is_code or name in UNSEEN_DIRECTIVES or name in _PLACES or _AUTOMATIC.fullmatch(name)
    )
