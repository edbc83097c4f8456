"""A process that renders, which documents can lead astray."""

from collections.abc import Iterator

import pytest

from tui.source.renderer.parent import Renderer


@pytest.fixture
def renderer(monkeypatch) -> Iterator[Renderer]:
    monkeypatch.setattr("tui.source.renderer.parent._WORKER", "tests.support.hostile_renderer")
    made = Renderer()
    yield made
    made.close()
