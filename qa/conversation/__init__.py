"""What is searched for where a question is asked: see `qa.conversation.resolving`."""

from qa.conversation.courtesy import strip_courtesy
from qa.conversation.resolving import resolve_question
from qa.conversation.turns import Turn

__all__ = ["Turn", "resolve_question", "strip_courtesy"]
