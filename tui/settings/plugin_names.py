"""The names of what other packages bring and a setting can choose."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from index.plugins import PluginKind, list_plugins

_KINDS: Mapping[str, PluginKind] = {"reader": "readers", "reranker": "rerankers"}


def list_plugin_names() -> dict[str, Collection[str]]:
    """By setting, the names that it can have; takes a moment, as all packages are looked at."""
    return {setting: list_plugins(kind).keys() for setting, kind in _KINDS.items()}
