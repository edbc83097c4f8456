"""What the app starts with."""

from __future__ import annotations

from tui.app.start import read_usable_settings
from tui.settings.settings import Settings


def test_a_settings_file_that_cannot_be_used_keeps_no_one_from_asking(tmp_path):
    file = tmp_path / "settings.toml"
    assert read_usable_settings(file) == Settings()
    file.write_text("k = 3\n")
    assert read_usable_settings(file).k == 3
    file.write_text("thershold = 0.3\n")
    assert read_usable_settings(file) == Settings()
