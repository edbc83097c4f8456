"""Where a question was lost: before the search, by it, by the reader, by the threshold."""

from __future__ import annotations

from qa.evaluation.measuring.results import Stage


def find_answer_stage(
    *, answerable: bool, answered: bool, right: bool, read: bool, retrieved: bool, present: bool
) -> Stage | None:
    """Where an answer was lost; None if it was not.

    Args:
        answered: a prediction was given.
        right: the best candidate is an exact match.
        read, retrieved, present: the answer stands in a passage that was read, in one that
            was found, in any document.
    """
    if not answerable:
        return Stage.FALSE_ANSWER if answered else None
    if right:
        return None if answered else Stage.ABSTAINED
    if read:
        return Stage.OTHER_SPAN
    if retrieved:
        return Stage.NOT_READ
    return Stage.NOT_RETRIEVED if present else Stage.ABSENT


def find_document_stage(rank: int | None, most_read: int, present: bool) -> Stage | None:
    """Where the best ranked relevant document was lost, where no answer is labelled.

    Args:
        rank: from 1; None where none was found.
        most_read: documents that are looked at.
        present: a relevant document is indexed.
    """
    if rank is None:
        return Stage.NOT_RETRIEVED if present else Stage.ABSENT
    return None if rank <= most_read else Stage.NOT_READ
