"""Hostile texts drawn in every format, and shown in the app: time grows with length, keys are answered.

python tests/attack/drawing.py [--size N] [--formats .md .rst]

Each text is drawn in a process of its own, with a limit on time; then the app opens those that are
made for drawing. Exit code 1 where the time of one grows faster than its length, where drawing
raises, or where a key would wait for too long.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial

from tests.support.drawing_growth import (
    FORMATS,
    drawing_cases,
    foreign_cases,
    grows_faster_than_length,
)
from tests.support.event_loop import measure_gaps
from tests.support.forking import find_problem_apart
from tests.tui.conftest import FakeAssistant
from tui.app.app import QuotebackApp
from tui.source.places import Position
from tui.source.source_pane import SourcePane

# Seconds until a text is given up, and that a key may wait.
_MOST_SECONDS, _LONGEST_GAP = 60, 0.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--formats", nargs="*", default=list(FORMATS))
    chosen = parser.parse_args()
    tried = failed = 0
    for suffix in chosen.formats:
        texts = dict([*foreign_cases(), *drawing_cases(suffix)])
        for name, text in texts.items():
            tried += 1
            check = partial(grows_faster_than_length, suffix, text, chosen.size)
            if problem := find_problem_apart(check, _MOST_SECONDS):
                failed += 1
                print(f"FAILED  {suffix:6} {name}: {problem}", flush=True)
    print(f"{tried} hostile texts drawn, {failed} failed")
    shown, longest, late = asyncio.run(open_all(chosen.formats, chosen.size))
    print(f"{shown} opened in the app; the longest gap between two keys was {longest:.2f} s")
    for name in late:
        print(f"FAILED  {name}: a key waited")
    return 1 if failed or late else 0


async def open_all(formats: list[str], size: int) -> tuple[int, float, list[str]]:
    """Open texts in the app, a key typed into each.

    Returns:
        how many, the longest gap in seconds, and the names of those with a gap that is too long.
    """
    assistant = FakeAssistant()
    app = QuotebackApp(lambda _progress: assistant)
    longest, late, shown = 0.0, [], 0
    async with app.run_test(size=(120, 36)) as pilot:
        while app._main.assistant is None:
            await asyncio.sleep(0.01)
        for suffix in formats:
            for name, text in drawing_cases(suffix):
                path = f"/library/{name}{suffix}"
                assistant.texts = {path: text(size)}
                async with measure_gaps() as gaps:
                    app._main.open_position(Position(path, 0))
                    await pilot.press("a", "backspace")
                    await wait_until_drawn(app.query_one(SourcePane), path)
                    await pilot.pause()
                shown += 1
                longest = max(longest, gaps.longest)
                if gaps.longest > _LONGEST_GAP:
                    late.append(path)
    return shown, longest, late


async def wait_until_drawn(pane: SourcePane, path: str) -> None:
    async with asyncio.timeout(_MOST_SECONDS):
        while (document := pane.document) is None or document.path != path:
            await asyncio.sleep(0.01)
        while (document := pane.document) is not None and not document.is_rendered:
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
