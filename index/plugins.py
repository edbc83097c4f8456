"""What other packages add to Quoteback, found by their entry points.

The group `quoteback.loaders` holds a loader for each suffix, `quoteback.readers` and
`quoteback.rerankers` functions that make one, `quoteback.engines` a module for each scheme of URLs.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from index.errors import QuotebackError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PluginKind = Literal["loaders", "readers", "rerankers", "engines"]


class PluginError(QuotebackError):
    """No installed package has this plug-in, or it cannot be imported."""


@cache
def list_plugins(kind: PluginKind) -> dict[str, EntryPoint]:
    """The entry points of a kind by name, none of them imported. Looked up once in a process."""
    # Most processes need none of it.
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=f"quoteback.{kind}")}


def load_plugin(kind: PluginKind, name: str) -> Any:
    """Import what a package has named.

    Raises:
        PluginError: there is nothing of this name, or importing it fails.
    """
    known = list_plugins(kind)
    if name not in known:
        others = f"installed are {', '.join(sorted(known))}" if known else "none is installed"
        raise PluginError(f"there is no {kind.removesuffix('s')} {name!r}: {others}")
    try:
        return known[name].load()
    except Exception as error:
        # It is another's code: it may raise anything.
        raise PluginError(
            f"the {kind.removesuffix('s')} {name!r} of {known[name].value} fails: {error!r}"
        ) from error
