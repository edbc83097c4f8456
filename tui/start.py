"""Opens the app on an index."""

from __future__ import annotations

from collections.abc import Callable

from index import Progress, Retriever
from qa import Assistant, sample_questions
from tui.app import QuotebackApp
from tui.background import leave_unfinished
from tui.opening import NOTICE, chosen_index, default_index, open_chosen
from tui.sessions import Sessions, default_sessions
from tui.settings import default_settings


def run(folder: str | None) -> int:
    """Run the app until it is left; returns the exit code.

    Raises:
        NotAnIndex: the folder named holds none.
    """
    chosen = chosen_index(folder)

    def open_assistant(report: Callable[[str, float | None], None]) -> Assistant:
        def show(step: Progress) -> None:
            report(step.stage, step.done / step.total if step.total else None)

        assistant = Assistant(Retriever(open_chosen(chosen, show)), progress=show)
        assistant.warm_up()
        return assistant

    app = QuotebackApp(
        open_assistant,
        notice=NOTICE if chosen is None else None,
        samples=_sample_questions() if chosen is None else (),
        place=str((chosen or default_index()).absolute()),
        sessions=Sessions(default_sessions()),
        settings=default_settings(),
    )
    app.run()
    code = app.return_code or 0
    leave_unfinished(code)
    return code


def _sample_questions() -> list[str]:
    """Three questions to begin with: a fact, a reason, and one that has no answer here."""
    questions = sample_questions()
    fact = next(q for q in questions if q.answers and q.match == "any" and not q.history)
    reason = next(q for q in questions if q.answers and q.question.startswith("Why"))
    unanswerable = next(q for q in questions if not q.answers)
    return [fact.question, reason.question, unanswerable.question]
