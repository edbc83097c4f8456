"""What is searched for when a question is asked: see `qa.conversation.resolving`."""

from qa.conversation.resolving import (
    ResolvedQuestion,
    resolve_in_context,
    resolve_question,
    strip_courtesy,
)
from qa.conversation.words import Turn

__all__ = ["ResolvedQuestion", "Turn", "resolve_in_context", "resolve_question", "strip_courtesy"]
