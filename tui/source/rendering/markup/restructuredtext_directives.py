"""The directives of reStructuredText, and those of Sphinx: what is seen of each."""

# Directives, without the domain before their name: the languages of code,
CODE = {
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
# what is said of what is below them,
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
# those that a reader sees nothing of,
HIDDEN = frozenset(
    "index highlight default-role role contents currentmodule module include raw meta "
    "sectionauthor moduleauthor codeauthor tabularcolumns rst-class testsetup testcleanup".split()
)
# and those of which only what is below them is seen.
UNSEEN = frozenset("only ifconfig container compound highlights epigraph pull-quote".split())
