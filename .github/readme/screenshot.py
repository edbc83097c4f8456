"""Make the README's picture from the real app on the sample documents: .github/readme/app.svg."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from index import Index, Retriever
from qa import Assistant, sample_folder
from tui.app.app import QuotebackApp
from tui.conversation.turn_view import TurnView
from tui.saved_conversations.conversation_store import ConversationStore

QUESTIONS = (
    "How many umbrellas did Odile Marchetti leave to the city?",
    "Which umbrellas are the highlights of the top floor?",
    "When did the museum open its doors for the first time?",
)


async def picture(index: Index, path: Path) -> None:
    app = QuotebackApp(
        lambda _: Assistant(Retriever(index)),
        index=index.path,
        conversations=ConversationStore(index.path.with_name("sessions.sqlite")),
    )
    async with app.run_test(size=(124, 36)) as pilot:
        for number, question in enumerate(QUESTIONS, 1):
            await pilot.press(*question)
            await pilot.press("enter")
            while len(app.query(TurnView)) < number or app.query(TurnView).last().reply is None:
                await pilot.pause(0.1)
        await pilot.pause(2.0)
        path.write_text(app.export_screenshot(title="quoteback"), encoding="utf-8")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.open(Path(scratch, "samples"), create=True) as index,
    ):
        index.add([sample_folder()])
        asyncio.run(picture(index, Path(__file__).with_name("app.svg")))


if __name__ == "__main__":
    main()
