"""Make the README's pictures from the real app on the sample documents, beside this file.

`app.svg` shows the app, and `use.svg`, which moves, how it is used.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from index import Index, Retriever
from qa import Assistant, sample_folder
from tui.app.app import QuotebackApp
from tui.conversation.turn_view import TurnView
from tui.saved_conversations.conversation_store import ConversationStore

HERE = Path(__file__).parent
QUESTIONS = (
    "How many umbrellas did Odile Marchetti leave to the city?",
    "Which umbrellas are the highlights of the top floor?",
    "When did the museum open its doors for the first time?",
)
# What is asked in the moving picture; nothing answers the third.
MOVING = (
    "When did the museum open its doors for the first time?",
    "Why should the espresso machine not be descaled with vinegar?",
    "How much will the Power of Siberia 2 pipeline cost?",
)
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_FRAME = re.compile(r"<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>", re.DOTALL)


def make_app(index: Index, name: str) -> QuotebackApp:
    """The app on an index, with conversations of its own."""
    return QuotebackApp(
        lambda _: Assistant(Retriever(index)),
        index=index.path,
        conversations=ConversationStore(index.path.with_name(f"{name}.sqlite")),
    )


def draw(app: QuotebackApp) -> str:
    """The screen as it is; its fonts are those of whoever looks at it, and none is fetched."""
    return _FONTS.sub("", app.export_screenshot(title="quoteback"))


async def ask(app: QuotebackApp, pilot: Pilot[None]) -> None:
    """Ask what was typed, and wait for the reply and its source."""
    number = len(app.query(TurnView)) + 1
    await pilot.press("enter")
    while len(app.query(TurnView)) < number or app.query(TurnView).last().reply is None:
        await pilot.pause(0.1)
    await pilot.pause(2.0)


async def picture(index: Index) -> str:
    """The app after some questions."""
    app = make_app(index, "picture")
    async with app.run_test(size=(124, 36)) as pilot:
        for question in QUESTIONS:
            await pilot.press(*question)
            await ask(app, pilot)
        return draw(app)


async def record(index: Index) -> list[tuple[float, str]]:
    """The app in use: screens, each with the seconds for which it is shown."""
    app = make_app(index, "moving")
    frames = []
    async with app.run_test(size=(110, 30)) as pilot:
        await pilot.pause(2.0)
        for question in MOVING:
            await pilot.press(*question)
            await pilot.pause(0.2)
            frames.append((1.5, draw(app)))
            await ask(app, pilot)
            frames.append((4.0, draw(app)))
        await pilot.press("tab")
        await pilot.pause(0.5)
        frames.append((3.0, draw(app)))
    return frames


def animate(frames: list[tuple[float, str]]) -> str:
    """One picture that shows one frame after the other; the longest, if nothing is to move."""
    whole = sum(seconds for seconds, _ in frames)
    still = max(range(len(frames)), key=lambda number: frames[number][0])
    rules, drawn, at = [], [], 0.0
    for number, (seconds, svg) in enumerate(frames):
        box, content = _FRAME.search(svg).groups()
        start, end = 100 * at / whole, 100 * (at + seconds) / whole
        hidden = "visibility: hidden"
        rules.append(
            f"@keyframes f{number} {{ 0% {{ {hidden} }} {start:.3f}% {{ visibility: visible }} "
            f"{end:.3f}% {{ {hidden} }} 100% {{ {hidden} }} }}\n"
            f".f{number} {{ animation: f{number} {whole:.1f}s step-end infinite }}"
        )
        drawn.append(f'<g class="frame f{number}">{content}</g>')
        at += seconds
    rules.append(
        ".frame { visibility: hidden }\n@media (prefers-reduced-motion: reduce) { .frame "
        f"{{ animation: none }} .f{still} {{ visibility: visible }} }}"
    )
    style = "\n".join(rules)
    return (
        f'<svg class="rich-terminal" viewBox="{box}" xmlns="http://www.w3.org/2000/svg">\n'
        f"<style>\n{style}\n</style>\n" + "\n".join(drawn) + "\n</svg>\n"
    )


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.open(Path(scratch, "samples"), create=True) as index,
    ):
        index.add([sample_folder()])
        (HERE / "app.svg").write_text(asyncio.run(picture(index)), encoding="utf-8")
        frames = asyncio.run(record(index))
        (HERE / "use.svg").write_text(animate(frames), encoding="utf-8")


if __name__ == "__main__":
    main()
