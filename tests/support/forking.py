"""A check in a process of its own: whatever it does, it ends, and is told in words."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection


def find_problem_apart(find_problem: Callable[[], str | None], most_seconds: float) -> str | None:
    """What a check finds wrong, or what became of its process; None if nothing is wrong."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send_problem, args=(theirs, find_problem))
    process.start()
    theirs.close()
    try:
        if not ours.poll(most_seconds):
            process.kill()
            return f"takes longer than {most_seconds} s"
        return ours.recv()
    except EOFError:
        return "its process died"
    finally:
        process.join()
        ours.close()


def _send_problem(answer: Connection, find_problem: Callable[[], str | None]) -> None:
    try:
        answer.send(find_problem())
    except Exception as error:
        answer.send(repr(error))
