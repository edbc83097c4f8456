"""The settings of the app: read when it opens, shown, and saved when they change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from textual.app import App

from index.locations import Location
from index.plugins import PluginKind, list_plugins
from tui.common.screens.background import in_background, while_running
from tui.common.screens.keys import KeyGroup
from tui.settings.file import SettingsError, SettingsFile
from tui.settings.settings import Choices, Settings

_KINDS: Mapping[str, PluginKind] = {"reader": "readers", "reranker": "rerankers"}


def list_plugin_names() -> dict[str, Collection[str]]:
    """By setting, the names that it can have; takes a moment, as all packages are looked at."""
    return {setting: list_plugins(kind).keys() for setting, kind in _KINDS.items()}


class AppSettings:
    """The settings file, as the app uses it.

    Attributes:
        problem: what is wrong with the file, so that it was left aside; "" if nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = SettingsFile(path)
        self.problem = ""

    def read(self, choices: Choices) -> Settings:
        """The settings of the file; if there is none, or a wrong one, the usual ones."""
        try:
            return self._file.read(choices)
        except SettingsError as error:
            self.problem = f"Settings left aside: {error}"
            return Settings()

    def write(self, settings: Settings) -> None:
        """Save them; call it in the background.

        Raises:
            SettingsError: they cannot be saved.
        """
        self._file.write(settings)

    async def show(
        self,
        app: App[None],
        settings: Settings,
        choices: Choices,
        keys: Sequence[KeyGroup],
        files: Mapping[str, Location | None],
    ) -> None:
        """Show them on a screen of their own.

        Args:
            files: what else the app keeps, and where.
        """
        from tui.settings.settings_screen import SettingsScreen

        plugins = await while_running(app, in_background(list_plugin_names))
        shown = {"Settings": self._file.path, **files}
        app.push_screen(SettingsScreen(settings, choices, keys, shown, plugins))
