"""Where the command line and the app keep their own files."""

from __future__ import annotations

from pathlib import Path

from index.locations import configuration_folder, data_folder


def samples_index() -> Path:
    """The index of the sample documents."""
    return data_folder() / "samples"


def conversations_file() -> Path:
    """The file of saved conversations, which were called sessions at first."""
    return data_folder() / "sessions.sqlite"


def recent_file() -> Path:
    """The documents that were read last in the app."""
    return data_folder() / "recent.json"


def settings_file() -> Path:
    """The settings, which a person may write by hand."""
    return configuration_folder() / "settings.toml"
