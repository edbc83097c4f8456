"""What stands above the words of a message: its subject, and who wrote to whom and when."""

from __future__ import annotations

from collections.abc import Iterable

from index.loaders.shared.assembly import Assembly

# Messages in messages are read so far; their subjects are headings of as many levels.
MOST_MESSAGES_DEEP = 10


def add_head(
    assembly: Assembly, subject: str, lines: Iterable[tuple[str, str]], level: int
) -> None:
    """Begin a message.

    Args:
        assembly: the text.
        subject: "" where there is none.
        lines: the names of what is shown, such as "From", and the words of each.
        level: of the heading that the subject is.
    """
    if subject:
        assembly.add_heading(subject, level)
    else:
        assembly.begin_part("", level)
    assembly.add_block("\n".join(f"{name}: {words}" for name, words in lines if words))
